#include "flowlake/table/file_statistics.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

/// Of a table without lookups those that it has; no doubles.
constexpr const char* kStatisticsColumns[] = {
    "start", "end", "srcaddr", "dstaddr", "interface_id", "account_id", "action"};

/// Delta's custom; readers know that a longer string may be a bound only.
constexpr size_t kMaxCodePoints = 32;
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

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::string_view FirstCodePoints(std::string_view text, size_t count) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsContinuation(text[i]) && count-- == 0) return text.substr(0, i);
  }
  return text;
}

void AppendUtf8(uint32_t code_point, std::string* text) {
  const auto append = [&](uint32_t byte) { *text += static_cast<char>(byte); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3F));
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
    append(0x80 | (code_point >> 6 & 0x3F));
  }
  append(0x80 | (code_point & 0x3F));
}

/// Requires one valid UTF-8 sequence.
uint32_t DecodeUtf8(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  uint32_t code_point = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    code_point = code_point << 6 | (static_cast<unsigned char>(c) & 0x3F);
  }
  return code_point;
}

/// The smallest string of at most that many code points that is above every string with
/// this prefix; nullopt if there is none. Requires valid UTF-8.
std::optional<std::string> RoundUp(std::string_view prefix) {
  while (!prefix.empty()) {
    size_t last = prefix.size() - 1;
    while (IsContinuation(prefix[last])) --last;
    uint32_t next = DecodeUtf8(prefix.substr(last)) + 1;
    prefix = prefix.substr(0, last);
    if (next == 0xD800) next = 0xE000;  // surrogates are no characters
    if (next > 0x10FFFF) continue;
    std::string rounded(prefix);
    AppendUtf8(next, &rounded);
    return rounded;
  }
  return std::nullopt;
}

std::optional<Json> StringBound(const std::string& value, bool exact, Bound bound) {
  if (FindInvalidUtf8(value) != std::string_view::npos) return std::nullopt;
  const size_t code_points = CountCodePoints(value);
  // Readers take a short string for a value that occurs.
  if (code_points < kMaxCodePoints && !exact) return std::nullopt;
  if (code_points <= kMaxCodePoints) return Json(value);
  const std::string_view cut = FirstCodePoints(value, kMaxCodePoints);
  if (bound == Bound::kMin) return Json(std::string(cut));
  const auto rounded = RoundUp(cut);
  return rounded ? std::optional<Json>(*rounded) : std::nullopt;
}

std::optional<Json> BoundJson(const std::optional<Value>& value, ColumnType type,
                              bool exact, Bound bound) {
  if (!value) return std::nullopt;
  const auto* text = std::get_if<std::string>(&*value);
  if (text != nullptr) return StringBound(*text, exact, bound);
  const int64_t number = std::get<int64_t>(*value);
  if (type != ColumnType::kTimestamp) return Json(number);
  return Json(FormatMillis(bound == Bound::kMin ? FloorToMillis(number)
                                                : -FloorToMillis(-number)));
}

std::optional<Value> ParseBound(const Json* json, ColumnType type) {
  std::optional<Value> value;
  if (json == nullptr) return value;
  if (type == ColumnType::kString) {
    if (json->is_string()) value.emplace(json->get<std::string>());
  } else if (type == ColumnType::kInt32 || type == ColumnType::kInt64) {
    if (json->is_number_integer()) value.emplace(json->get<int64_t>());
  } else if (type == ColumnType::kTimestamp && json->is_string()) {
    const auto micros = ParseIsoTime(json->get<std::string>());
    if (micros) value.emplace(*micros);
  }
  return value;
}

bool IsLong(const std::optional<Value>& value) {
  const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  return text != nullptr && text->size() >= kMaxCodePoints &&
         CountCodePoints(*text) >= kMaxCodePoints;
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

std::string FormatStatistics(const DataFile& file, const Schema& schema) {
  Json minimums = Json::object();
  Json maximums = Json::object();
  Json null_counts = Json::object();
  for (const std::string& name : StatisticsColumns(schema)) {
    const auto found = file.statistics.find(name);
    if (found == file.statistics.end()) continue;
    const ColumnStatistics& column = found->second;
    const ColumnType type = schema.field(schema.IndexOf(name)).type;
    const auto min = BoundJson(column.min, type, column.exact, Bound::kMin);
    const auto max = BoundJson(column.max, type, column.exact, Bound::kMax);
    if (min) minimums[name] = *min;
    if (max) maximums[name] = *max;
    null_counts[name] = column.null_count;
  }
  return WriteJson(Json{{"numRecords", file.rows},
                        {"minValues", minimums},
                        {"maxValues", maximums},
                        {"nullCount", null_counts}});
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
    if (nulls == nullptr || !nulls->is_number_integer()) continue;
    ColumnStatistics column;
    column.null_count = nulls->get<int64_t>();
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

std::string FormatColumnBytes(const DataFile& file, const Schema& schema) {
  if (file.column_bytes.empty()) return {};
  std::string text;
  for (const Field& field : schema.fields()) {
    const auto found = file.column_bytes.find(field.name);
    if (found != file.column_bytes.end()) text += std::to_string(found->second);
    text += ',';
  }
  text.erase(text.find_last_not_of(',') + 1);
  return text;
}

void ParseColumnBytes(std::string_view text, const Schema& schema, DataFile* file) {
  // In the place of another file's, which has the same columns, nearly always.
  std::map<std::string, int64_t>& columns = file->column_bytes;
  std::string_view rest = text;
  size_t known = 0;
  for (const Field& field : schema.fields()) {
    if (rest.empty()) break;
    const std::string_view number = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(number.size() + 1, rest.size()));
    if (number.empty()) continue;
    int64_t bytes = 0;
    const char* const end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, bytes);
    if (parsed.ec != std::errc() || parsed.ptr != end) return columns.clear();
    columns[field.name] = bytes;
    ++known;
  }
  if (!rest.empty()) return columns.clear();
  if (columns.size() <= known) return;
  columns.clear();
  ParseColumnBytes(text, schema, file);
}

}  // namespace flowlake
