/// Cuts a record of a load balancer's log into its fields.
#pragma once

#include <string_view>
#include <vector>

namespace flowlake {

struct QuotedToken {
  std::string_view text;  ///< without its quotes; escapes inside as they are
  bool is_quoted = false;
};

/// One blank separates fields. A field that begins with a quote ends at a quote before a
/// blank or the end, so that a quote inside, escaped or not, does not end it. Into
/// `tokens`, in the place of what was there; false if the last quote is never closed.
bool SplitQuoted(std::string_view record, std::vector<QuotedToken>& tokens);

}  // namespace flowlake
