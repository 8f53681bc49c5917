// The grammar of ParseFieldList:
//   list  = item { separator item }     separator = one or more of space, tab, newline,
//   "," item  = name | "${" name "}" name  = letter { letter | digit | "-" | "_" | "(" |
//   ")" | ":" }
#include <algorithm>
#include <cctype>
#include <optional>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {
constexpr std::string_view kSeparators = " \t\r\n,";

bool IsName(std::string_view text) {
  const auto is_part = [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '(' || c == ')' || c == ':';
  };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), is_part);
}

std::optional<std::string_view> NameOf(std::string_view item) {
  if (item.starts_with("${") && item.ends_with('}')) {
    item = item.substr(2, item.size() - 3);
  }
  if (!IsName(item)) return std::nullopt;
  return item;
}

Status AddName(std::string_view item, std::vector<std::string>& names) {
  const auto name = NameOf(item);
  if (!name) {
    return Status::Invalid("format: not a field name, nor one in ${}: \"", item, "\"");
  }
  std::string canonical = CanonicalFieldName(*name);
  if (std::find(names.begin(), names.end(), canonical) != names.end()) {
    return Status::Invalid("format: names a field twice: \"", *name, "\"");
  }
  names.push_back(std::move(canonical));
  return Status::OK();
}
}  // namespace

Result<std::vector<std::string>> ParseFieldList(std::string_view format) {
  std::vector<std::string> names;
  size_t begin = format.find_first_not_of(kSeparators);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(format.find_first_of(kSeparators, begin), format.size());
    ARROW_RETURN_NOT_OK(AddName(format.substr(begin, end - begin), names));
    begin = format.find_first_not_of(kSeparators, end);
  }
  if (names.empty()) return Status::Invalid("format: names no field");
  return names;
}

}  // namespace flowlake
