#include "flowlake/base/schema.h"

#include <algorithm>
#include <utility>

namespace flowlake {

std::vector<std::string_view> SplitNames(std::string_view names) {
  std::vector<std::string_view> split;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    split.push_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return split;
}

Schema::Schema(std::string table, std::vector<Field> fields, TableUse use)
    : table_(std::move(table)), fields_(std::move(fields)), use_(std::move(use)) {
  for (int i = 0; i < size(); ++i) index_.emplace(field(i).name, i);
}

int Schema::IndexOf(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

int Schema::time_field() const {
  const auto is_instant = [&](int index) {
    return index >= 0 && field(index).type == ColumnType::kTimestamp;
  };
  // Whoever may set a table's properties may name any column.
  const int named = IndexOf(use_.time);
  if (is_instant(named)) return named;
  for (const char* name : {"start", "time", "event_time", "query_timestamp"}) {
    if (is_instant(IndexOf(name))) return IndexOf(name);
  }
  return -1;
}

}  // namespace flowlake
