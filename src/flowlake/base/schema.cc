#include "flowlake/base/schema.h"

#include <utility>

namespace flowlake {

Schema::Schema(std::string table, std::vector<Field> fields, TableUse use)
    : table_(std::move(table)), fields_(std::move(fields)), use_(std::move(use)) {
  for (int i = 0; i < size(); ++i) index_.emplace(field(i).name, i);
}

int Schema::IndexOf(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

int Schema::time_field() const {
  if (!use_.time.empty()) return IndexOf(use_.time);
  for (const char* name : {"start", "time", "event_time", "query_timestamp"}) {
    const int index = IndexOf(name);
    if (index >= 0 && field(index).type == ColumnType::kTimestamp) return index;
  }
  return -1;
}

}  // namespace flowlake
