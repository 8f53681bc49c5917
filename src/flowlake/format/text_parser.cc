#include "flowlake/format/text_parser.h"

namespace flowlake {

TextParser::TextParser(LineFormat format, const ParseLimits& limits)
    : lines_(format, limits),
      separator_(format.separator),
      framing_(limits.record_bytes) {}

std::string TextParser::description() const {
  const char* form = separator_ == Separator::kComma ? "comma-separated, " : "text, ";
  return DescribeLog(schema(),
                     form + std::to_string(lines_.layout().fields.size()) + " fields");
}

size_t TextParser::Frame(std::string_view bytes, bool is_last) {
  return framing_.Frame(bytes, is_last);
}

Status TextParser::Parse(const Block& block, ColumnsBuilder& columns, Rejects& rejects) {
  const auto [lines, first] = framing_.Begin(block);
  ARROW_ASSIGN_OR_RAISE(const int64_t newlines,
                        lines_.ParseBlock({lines, first, {}}, {columns, rejects}));
  framing_.End(lines, newlines);
  return Status::OK();
}

}  // namespace flowlake
