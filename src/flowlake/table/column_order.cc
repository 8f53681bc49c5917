#include "flowlake/table/column_order.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace flowlake {

namespace {

/// FNV-1a: orders differ by accident, not by intent. Whoever may write an entry can lie
/// about the sizes as well.
uint32_t Hash(std::string_view text, uint32_t hash) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  }
  return hash;
}

std::string HexOf(uint32_t number) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", number);
  return digits;
}

/// Up to the next comma, which is taken too.
std::string_view NextItem(std::string_view* text) {
  const std::string_view item = text->substr(0, text->find(','));
  text->remove_prefix(std::min(item.size() + 1, text->size()));
  return item;
}

}  // namespace

ColumnOrder::ColumnOrder(std::string_view property) {
  while (!property.empty()) Append(NextItem(&property));
}

ColumnOrder ColumnOrder::Of(const TableProperties& properties) {
  const auto found = properties.find(kColumnOrderProperty);
  return ColumnOrder(found == properties.end() ? "" : found->second);
}

ColumnOrder ColumnOrder::Of(const Schema& schema) {
  ColumnOrder order;
  for (const Field& field : schema.fields()) {
    if (field.name.find(',') == std::string::npos) order.Append(field.name);
  }
  return order;
}

void ColumnOrder::Append(std::string_view name) {
  property_ += (names_.empty() ? "" : ",") + std::string(name);
  names_.emplace_back(name);
  hash_ = Hash(",", Hash(name, hash_));
  checks_.push_back(HexOf(hash_));
}

void ColumnOrder::Extend(const DataFile& file) {
  for (const auto& [name, bytes] : file.column_bytes) {
    const bool is_sayable = !name.empty() && name.find(',') == std::string::npos;
    if (is_sayable && std::ranges::find(names_, name) == names_.end()) Append(name);
  }
}

std::string ColumnOrder::Format(const DataFile& file) const {
  size_t found = 0;
  size_t last = 0;
  std::string sizes;
  for (size_t i = 0; i < names_.size() && found < file.column_bytes.size(); ++i) {
    const auto column = file.column_bytes.find(names_[i]);
    if (i > 0) sizes += ',';
    if (column == file.column_bytes.end()) continue;
    sizes += std::to_string(column->second);
    last = i;
    ++found;
  }
  if (found == 0 || found < file.column_bytes.size()) return {};
  return checks_[last] + ':' + sizes;
}

void ColumnOrder::Parse(std::string_view text, DataFile* file) const {
  // In the place of another file's, which has the same columns, nearly always.
  auto& columns = file->column_bytes;
  const size_t colon = text.find(':');
  if (colon == text.npos) return columns.clear();
  std::string_view rest = text.substr(colon + 1);
  const auto count = static_cast<size_t>(std::ranges::count(rest, ',')) + 1;
  if (count > names_.size() || checks_[count - 1] != text.substr(0, colon)) {
    return columns.clear();
  }
  size_t known = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view number = NextItem(&rest);
    if (number.empty()) continue;
    int64_t bytes = 0;
    const char* const end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, bytes);
    if (parsed.ec != std::errc() || parsed.ptr != end) return columns.clear();
    columns[names_[i]] = bytes;
    ++known;
  }
  if (columns.size() <= known) return;
  columns.clear();
  Parse(text, file);
}

}  // namespace flowlake
