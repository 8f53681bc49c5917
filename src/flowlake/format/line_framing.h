/// Cuts text into blocks of whole lines, for parsers whose records are lines. A line
/// longer than ParseLimits::record_bytes is handed on as soon as more than that is there;
/// its parser rejects it once, and the rest up to the next "\n" is left out, so memory
/// stays bounded whatever the input. A byte order mark at the beginning is left out too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "flowlake/format/block.h"

namespace flowlake {

/// The byte order mark of UTF-8, which some tools write in front of text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Where a line comes from.
struct LinePlace {
  int64_t number = 0;
  int64_t offset = 0;
};

/// Not thread-safe.
class LineFraming {
 public:
  explicit LineFraming(size_t record_bytes) : record_bytes_(record_bytes) {}

  /// As Parser::Frame().
  size_t Frame(std::string_view bytes, bool is_last) const;

  /// The lines of a block that Frame() cut, and the place of the first.
  struct Lines {
    std::string_view text;
    LinePlace first;
  };
  Lines Begin(const Block& block);
  /// Once `lines`, of so many newlines, are parsed.
  void End(std::string_view lines, int64_t newlines);

 private:
  size_t SkipRestOfLine(std::string_view bytes);

  size_t record_bytes_;
  int64_t next_line_ = 1;     // the number of the line that comes next
  bool is_skipping_ = false;  // in a line that was rejected as too long
};

}  // namespace flowlake
