#include "flowlake/query/snapshot_table.h"

#include <duckdb/common/case_insensitive_map.hpp>

#include "flowlake/query/store_file_system.h"
#include "flowlake/table/delta_schema.h"

namespace flowlake {

namespace {

duckdb::LogicalType TypeOf(ColumnType type) {
  switch (type) {
    case ColumnType::kString:
      return duckdb::LogicalType::VARCHAR;
    case ColumnType::kInt32:
      return duckdb::LogicalType::INTEGER;
    case ColumnType::kInt64:
      return duckdb::LogicalType::BIGINT;
    case ColumnType::kTimestamp:
      return duckdb::LogicalType::TIMESTAMP;
    case ColumnType::kDouble:
      return duckdb::LogicalType::DOUBLE;
  }
  return duckdb::LogicalType::INVALID;
}

/// To which the bounds of timestamps in a log are cut.
constexpr int64_t kMicrosPerMilli = 1000;

ValueRange RangeOf(const ColumnStatistics& statistics, const duckdb::LogicalType& type) {
  ValueRange range;
  range.nulls = statistics.null_count;
  const auto min = statistics.min ? ToDuckDbValue(*statistics.min, type) : std::nullopt;
  const auto max = statistics.max ? ToDuckDbValue(*statistics.max, type) : std::nullopt;
  range.known = min && max;
  if (!range.known) return range;
  range.min = *min;
  range.max = *max;
  range.exact = statistics.exact;
  if (!range.exact && type.id() == duckdb::LogicalTypeId::TIMESTAMP) {
    range.max = duckdb::Value::TIMESTAMP(
        duckdb::timestamp_t(std::get<int64_t>(*statistics.max) + kMicrosPerMilli));
  }
  return range;
}

/// SQL text cannot hold a NUL.
bool CanBeNamed(const std::string& name) {
  return !name.empty() && name.find('\0') == std::string::npos;
}

/// The stem with the first number, from `number` on, that makes it a name of its own.
std::string FreeName(const std::string& stem, size_t number,
                     const duckdb::case_insensitive_set_t& taken) {
  std::string name;
  do {
    name = stem + "_" + std::to_string(number++);
  } while (taken.contains(name));
  return name;
}

}  // namespace

std::vector<std::string> SqlNames(const Schema& schema) {
  std::vector<std::string> names(static_cast<size_t>(schema.size()));
  duckdb::case_insensitive_set_t taken{kPartitionColumn};
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = schema.fields()[i].name;
    if (CanBeNamed(name) && taken.insert(name).second) names[i] = name;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty()) continue;
    const std::string& name = schema.fields()[i].name;
    names[i] =
        CanBeNamed(name) ? FreeName(name, 2, taken) : FreeName("column", i + 1, taken);
    taken.insert(names[i]);
  }
  return names;
}

std::optional<duckdb::Value> ToDuckDbValue(const Value& value,
                                           const duckdb::LogicalType& type) {
  const auto* number = std::get_if<int64_t>(&value);
  if ((number == nullptr) != (type.id() == duckdb::LogicalTypeId::VARCHAR)) {
    return std::nullopt;
  }
  if (number == nullptr) return duckdb::Value(std::get<std::string>(value));
  if (type.id() == duckdb::LogicalTypeId::TIMESTAMP) {
    return duckdb::Value::TIMESTAMP(duckdb::timestamp_t(*number));
  }
  if (type.id() != duckdb::LogicalTypeId::INTEGER) return duckdb::Value::BIGINT(*number);
  if (*number < INT32_MIN || *number > INT32_MAX) return std::nullopt;
  return duckdb::Value::INTEGER(static_cast<int32_t>(*number));
}

ValueRange ValueRange::Of(const duckdb::Value& value) {
  ValueRange range;
  range.known = range.exact = !value.IsNull();
  if (range.known) {
    range.min = range.max = value;
    range.nulls = 0;
  }
  return range;
}

SnapshotTable::SnapshotTable(std::string name, std::shared_ptr<const Snapshot> snapshot)
    : name_(std::move(name)), snapshot_(std::move(snapshot)) {
  for (std::string& column : SqlNames(snapshot_->schema)) {
    names_.push_back(std::move(column));
  }
  for (const Field& field : snapshot_->schema.fields()) {
    types_.push_back(TypeOf(field.type));
  }
  names_.emplace_back(kPartitionColumn);
  types_.push_back(duckdb::LogicalType::DATE);
}

std::string SnapshotTable::Path(duckdb::idx_t index) const {
  return kLakeScheme + name_ + "/" + files().path(index);
}

duckdb::Value SnapshotTable::PartitionValue(duckdb::idx_t index) const {
  const std::optional<Date> date = files().date(index);
  return date ? duckdb::Value::DATE(duckdb::date_t(*date))
              : duckdb::Value(duckdb::LogicalType::DATE);
}

std::optional<ValueRange> SnapshotTable::Range(duckdb::idx_t index,
                                               duckdb::idx_t column) const {
  ValueRange all_null;
  const int64_t rows = files().rows(index);
  if (rows > 0) all_null.nulls = rows;  // a foreign log may not say
  if (column == partition_column()) {
    return files().date(index) ? ValueRange::Of(PartitionValue(index)) : all_null;
  }
  const auto statistics = files().statistics(index, field_name(column));
  if (statistics) return RangeOf(*statistics, types_[column]);
  return files().Lacks(index, field_name(column)) ? std::optional(all_null)
                                                  : std::nullopt;
}

}  // namespace flowlake
