#include "flowlake/format/positional_log.h"

#include <array>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/elb_logs.h"

namespace flowlake {

namespace {

void AddColumns(const PositionalField& field, std::vector<Field>& columns) {
  const std::string name = field.name;
  switch (field.kind) {
    case PositionalKind::kText:
    case PositionalKind::kList:
      columns.push_back({name, ColumnType::kString});
      return;
    case PositionalKind::kInt32:
      columns.push_back({name, ColumnType::kInt32});
      return;
    case PositionalKind::kInt64:
      columns.push_back({name, ColumnType::kInt64});
      return;
    case PositionalKind::kDouble:
    case PositionalKind::kMeasurement:
      columns.push_back({name, ColumnType::kDouble});
      return;
    case PositionalKind::kTime:
      columns.push_back({name, ColumnType::kTimestamp});
      return;
    case PositionalKind::kAddress:
      columns.push_back({name + "_ip", ColumnType::kString});
      columns.push_back({name + "_port", ColumnType::kInt32});
      return;
    case PositionalKind::kRequest:
      for (const char* part : {"request_verb", "request_url", "request_proto"}) {
        columns.push_back({part, ColumnType::kString});
      }
  }
}

}  // namespace

PositionalLog MakePositionalLog(std::string table, std::string title,
                                std::vector<PositionalField> fields, size_t fewest,
                                bool (*begins_record)(std::string_view)) {
  std::vector<Field> columns;
  std::vector<int> first_columns;
  for (const PositionalField& field : fields) {
    first_columns.push_back(static_cast<int>(columns.size()));
    AddColumns(field, columns);
  }
  for (const std::string_view name :
       {std::string_view("account_id"), std::string_view("region"), kExtraColumn}) {
    columns.push_back({std::string(name), ColumnType::kString});
  }
  return {std::move(title),
          Schema(std::move(table), std::move(columns)),
          std::move(fields),
          std::move(first_columns),
          fewest,
          begins_record};
}

std::span<const PositionalLog* const> PositionalLogs() {
  static const std::array<const PositionalLog*, 5> logs{
      &AlbLog(), &AlbConnectionLog(), &AlbHealthLog(), &ElbLog(), &NlbLog()};
  return logs;
}

}  // namespace flowlake
