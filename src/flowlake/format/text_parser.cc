#include "flowlake/format/text_parser.h"

#include <algorithm>

#include "flowlake/base/escape.h"

namespace flowlake {

namespace {
constexpr size_t kNone = std::string_view::npos;
}  // namespace

TextParser::TextParser(LineFormat format, const ParseLimits& limits)
    : lines_(format, limits),
      separator_(format.separator),
      record_bytes_(limits.record_bytes) {}

std::string TextParser::description() const {
  const char* form = separator_ == Separator::kComma ? "comma-separated, " : "text, ";
  return DescribeLog(schema(),
                     form + std::to_string(lines_.layout().fields.size()) + " fields");
}

size_t TextParser::Frame(std::string_view bytes, bool is_last) {
  if (is_last) return bytes.size();
  const size_t newline = bytes.rfind('\n');
  if (newline != kNone) return newline + 1;
  // A byte order mark is not of the line: what is handed on without its end must be too
  // long even without one.
  const size_t enough = record_bytes_ + kByteOrderMark.size();
  return is_skipping_ || bytes.size() > enough ? bytes.size() : 0;
}

Status TextParser::Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) {
  const std::string_view bytes = block.bytes;
  size_t begin = 0;
  if (is_skipping_) {
    begin = SkipRestOfLine(bytes);
  } else if (block.offset == 0 && bytes.starts_with(kByteOrderMark)) {
    begin = kByteOrderMark.size();
  }
  const std::string_view lines = bytes.substr(std::min(begin, bytes.size()));
  const LinePlace first{next_line_, block.offset + static_cast<int64_t>(begin)};
  ARROW_ASSIGN_OR_RAISE(const int64_t newlines,
                        lines_.ParseBlock({lines, first, {}}, {columns, rejects}));
  next_line_ += newlines;
  const size_t last = lines.rfind('\n') + 1;
  if (lines.size() - last > record_bytes_) is_skipping_ = true;
  return Status::OK();
}

// Where the next line begins; the end if the skipped one goes on.
size_t TextParser::SkipRestOfLine(std::string_view bytes) {
  const size_t newline = bytes.find('\n');
  if (newline == kNone) return bytes.size();
  is_skipping_ = false;
  ++next_line_;
  return newline + 1;
}

}  // namespace flowlake
