#include "flowlake/table/file_statistics.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/base/text_bound.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

/// Of a table without lookups those that it has; no doubles.
constexpr const char* kStatisticsColumns[] = {
    "start", "end", "srcaddr", "dstaddr", "interface_id", "account_id", "action"};

constexpr int64_t kMicrosPerMilli = 1000;

enum class Bound { kMin, kMax };

int64_t FloorToMillis(int64_t micros) {
  const int64_t millis = micros / kMicrosPerMilli;
  return micros % kMicrosPerMilli < 0 ? millis - 1 : millis;
}

/// "2026-09-21T13:05:09.123Z".
std::string FormatMillis(int64_t millis) {
  std::string text = FormatIso8601(millis * kMicrosPerMilli);
  char fraction[24];
  std::snprintf(fraction, sizeof fraction, ".%03dZ",
                static_cast<int>(((millis % 1000) + 1000) % 1000));
  text.pop_back();
  return text + fraction;
}

std::optional<Json> BoundJson(const Value& value, ColumnType type, Bound bound) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    auto cut = bound == Bound::kMin ? LowerTextBound(*text) : UpperTextBound(*text);
    return cut ? std::optional<Json>(*std::move(cut)) : std::nullopt;
  }
  const int64_t number = std::get<int64_t>(value);
  if (type != ColumnType::kTimestamp) return Json(number);
  return Json(FormatMillis(bound == Bound::kMin ? FloorToMillis(number)
                                                : -FloorToMillis(-number)));
}

/// As the log has them, of all columns that it should have.
struct Members {
  Json minimums = Json::object();
  Json maximums = Json::object();
  Json null_counts = Json::object();

  /// False if a bound cannot be given.
  bool Add(const std::string& name, ColumnType type, const ColumnStatistics& column,
           int64_t rows) {
    null_counts[name] = column.null_count;
    if (column.null_count == rows) return true;
    const auto min =
        column.min ? BoundJson(*column.min, type, Bound::kMin) : std::nullopt;
    const auto max =
        column.max ? BoundJson(*column.max, type, Bound::kMax) : std::nullopt;
    if (!min || !max) return false;
    minimums[name] = *min;
    maximums[name] = *max;
    return true;
  }
};

std::optional<Value> ParseBound(const Json* json, ColumnType type) {
  std::optional<Value> value;
  if (json == nullptr) return value;
  if (type == ColumnType::kString) {
    if (json->is_string()) value.emplace(json->get<std::string>());
  } else if (type == ColumnType::kInt32 || type == ColumnType::kInt64) {
    const auto number = IntegerOf(*json);
    const bool fits = number && (type == ColumnType::kInt64 ||
                                 (*number >= INT32_MIN && *number <= INT32_MAX));
    if (fits) value.emplace(*number);
  } else if (type == ColumnType::kTimestamp && json->is_string()) {
    const auto micros = ParseIsoTime(json->get<std::string>());
    if (micros) value.emplace(*micros);
  }
  return value;
}

bool IsLong(const std::optional<Value>& value) {
  const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  return text != nullptr && text->size() >= kMaxBoundCodePoints &&
         CountCodePoints(*text) >= kMaxBoundCodePoints;
}

const Json* FindIn(const Json* object, const std::string& name) {
  return object == nullptr ? nullptr : FindMember(*object, name.c_str());
}

}  // namespace

std::vector<std::string> StatisticsColumns(const Schema& schema) {
  std::vector<std::string> columns;
  const auto add = [&](std::string_view name) {
    const bool is_new = std::ranges::find(columns, name) == columns.end();
    if (is_new && schema.IndexOf(name) >= 0) columns.emplace_back(name);
  };
  for (const char* name : kStatisticsColumns) add(name);
  if (schema.time_field() >= 0) add(schema.field(schema.time_field()).name);
  for (const std::string_view name : SplitNames(schema.use().sort)) add(name);
  for (const std::string_view name : SplitNames(schema.use().lookups)) add(name);
  std::erase_if(columns, [&](const std::string& name) {
    return schema.field(schema.IndexOf(name)).type == ColumnType::kDouble;
  });
  return columns;
}

std::vector<std::string> ListedColumns(const TableProperties& properties,
                                       const Schema& schema) {
  std::vector<std::string> columns;
  const auto listed = properties.find(kStatisticsProperty);
  if (listed != properties.end()) {
    for (std::string_view name : SplitNames(listed->second)) {
      if (name.size() > 1 && name.front() == '`' && name.back() == '`') {
        name = name.substr(1, name.size() - 2);
      }
      if (schema.IndexOf(name) >= 0) columns.emplace_back(name);
    }
    return columns;
  }
  const int64_t count = IndexedColumns(properties).value_or(schema.size());
  for (int i = 0; i < schema.size() && i < count; ++i) {
    columns.push_back(schema.field(i).name);
  }
  return columns;
}

std::optional<ColumnStatistics> StatisticsOf(const DataFile& file,
                                             const std::string& column) {
  const auto found = file.statistics.find(column);
  if (found != file.statistics.end()) return found->second;
  const bool is_lacking =
      !file.column_bytes.empty() && !file.column_bytes.contains(column);
  if (!is_lacking) return std::nullopt;
  return ColumnStatistics{file.rows, std::nullopt, std::nullopt, true};
}

std::string FormatStatistics(const DataFile& file, const Schema& schema,
                             const std::vector<std::string>& columns) {
  Members members;
  bool are_known = true;
  for (const std::string& name : columns) {
    const ColumnType type = schema.field(schema.IndexOf(name)).type;
    const auto column = StatisticsOf(file, name);
    are_known = are_known && column && members.Add(name, type, *column, file.rows);
  }
  Json json{{"numRecords", file.rows}};
  // Readers take the half of a column's statistics for the whole, and lose rows.
  if (are_known && !columns.empty()) {
    json["minValues"] = std::move(members.minimums);
    json["maxValues"] = std::move(members.maximums);
    json["nullCount"] = std::move(members.null_counts);
  }
  return WriteJson(json);
}

Status ParseStatistics(std::string_view text, const Schema& schema, DataFile* file) {
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text));
  file->rows = IntegerMember(json, "numRecords").ValueOr(file->rows);
  const Json* minimums = FindMember(json, "minValues");
  const Json* maximums = FindMember(json, "maxValues");
  const Json* null_counts = FindMember(json, "nullCount");
  for (const Field& field : schema.fields()) {
    const Json* nulls = FindIn(null_counts, field.name);
    // Without a count of nulls there is no honest ColumnStatistics.
    const auto null_count = nulls == nullptr ? std::nullopt : IntegerOf(*nulls);
    if (!null_count) continue;
    ColumnStatistics column;
    column.null_count = *null_count;
    column.min = ParseBound(FindIn(minimums, field.name), field.type);
    column.max = ParseBound(FindIn(maximums, field.name), field.type);
    column.exact = !MayBeCut(column, field.type);
    file->statistics[field.name] = std::move(column);
  }
  return Status::OK();
}

bool MayBeCut(const ColumnStatistics& column, ColumnType type) {
  return type == ColumnType::kTimestamp || IsLong(column.min) || IsLong(column.max);
}

}  // namespace flowlake
