/// Flow logs as text, one record per line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flowlake/format/line_parser.h"

namespace flowlake {

/// A record ends at "\n". A line longer than ParseLimits::record_bytes is cut by Frame()
/// as soon as more than that is there; Parse() then rejects it once and ignores the rest
/// up to the next "\n", so memory stays bounded whatever the input. A byte order mark at
/// the beginning of the input is ignored.
class TextParser : public Parser {
 public:
  TextParser(LineFormat format, const ParseLimits& limits);

  const Schema& schema() const override { return *lines_.layout().schema; }
  std::string description() const override;
  size_t Frame(std::string_view bytes, bool is_last) override;
  Status Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) override;
  std::vector<std::string> unknown_fields() const override {
    return lines_.unknown_fields();
  }

 private:
  size_t SkipRestOfLine(std::string_view bytes);

  LineParser lines_;
  Separator separator_;
  size_t record_bytes_;
  int64_t next_line_ = 1;     // the number of the line that comes next
  bool is_skipping_ = false;  // in a line that was rejected as too long
};

/// The byte order mark of UTF-8, which some tools write in front of text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace flowlake
