#include "flowlake/format/line_framing.h"

#include <algorithm>

namespace flowlake {

size_t LineFraming::Frame(std::string_view bytes, bool is_last) const {
  if (is_last) return bytes.size();
  const size_t newline = bytes.rfind('\n');
  if (newline != bytes.npos) return newline + 1;
  // A byte order mark is not of the line: what is handed on without its end must be too
  // long even without one.
  const size_t enough = record_bytes_ + kByteOrderMark.size();
  return is_skipping_ || bytes.size() > enough ? bytes.size() : 0;
}

LineFraming::Lines LineFraming::Begin(const Block& block) {
  const std::string_view bytes = block.bytes;
  size_t begin = 0;
  if (is_skipping_) {
    begin = SkipRestOfLine(bytes);
  } else if (block.offset == 0 && bytes.starts_with(kByteOrderMark)) {
    begin = kByteOrderMark.size();
  }
  return {bytes.substr(std::min(begin, bytes.size())),
          {next_line_, block.offset + static_cast<int64_t>(begin)}};
}

void LineFraming::End(std::string_view lines, int64_t newlines) {
  next_line_ += newlines;
  const size_t last = lines.rfind('\n') + 1;
  if (lines.size() - last > record_bytes_) is_skipping_ = true;
}

// Where the next line begins; the end if the skipped one goes on.
size_t LineFraming::SkipRestOfLine(std::string_view bytes) {
  const size_t newline = bytes.find('\n');
  if (newline == bytes.npos) return bytes.size();
  is_skipping_ = false;
  ++next_line_;
  return newline + 1;
}

}  // namespace flowlake
