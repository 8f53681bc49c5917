/// Whether the header of a request can be read in one way only. Where a proxy and we
/// could disagree about where a request ends, its sender would hide a second one in the
/// first: such a request is refused, and its connection closed. Source: RFC 9112,
/// sections 2.2, 3, 5, 6 and 11.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowlake {

/// A header as libmicrohttpd 0.9 leaves it in the memory that it was received in: the
/// space behind the method, the colons and both bytes of a line's end are NUL now.
struct ReceivedHeader {
  std::string_view bytes;    ///< from the method to behind the empty line
  std::string_view version;  ///< a part of `bytes`
  /// Names and values in their order, parts of `bytes`.
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::string_view method{};
  std::string_view target{};  ///< unescaped, without its query
};

/// What of the lines is not as it must be: an end that is not CR LF, a line that goes on
/// in the next, a NUL, a space before a colon; nullopt if nothing is.
std::optional<std::string> FindLineFault(const ReceivedHeader& header);

/// The same of what the request line and the fields say: methods, names and values of no
/// allowed characters, the length of the body said twice or in two ways, a field that
/// counts once and comes twice.
std::optional<std::string> FindFieldFault(const ReceivedHeader& header);

/// Names of fields are the same in upper and lower case.
std::string LowerName(std::string_view name);

}  // namespace flowlake
