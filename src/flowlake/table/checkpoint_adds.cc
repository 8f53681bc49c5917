#include "flowlake/table/checkpoint_adds.h"

#include <arrow/type.h>
#include <arrow/util/checked_cast.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/table/arrow_json.h"
#include "flowlake/table/delta_schema.h"
#include "flowlake/table/file_path.h"
#include "flowlake/table/file_statistics.h"

namespace flowlake {

namespace {

using arrow::internal::checked_cast;

/// The child of that name, if `array` is a struct that has it.
const arrow::Array* ChildOf(const arrow::Array* array, std::string_view name) {
  if (array == nullptr || array->type_id() != arrow::Type::STRUCT) return nullptr;
  const auto& type = checked_cast<const arrow::StructType&>(*array->type());
  const int index = type.GetFieldIndex(std::string(name));
  if (index < 0) return nullptr;
  return checked_cast<const arrow::StructArray&>(*array).field(index).get();
}

std::optional<int64_t> NumberAt(const arrow::Array* array, int64_t row) {
  if (array == nullptr || array->IsNull(row)) return std::nullopt;
  switch (array->type_id()) {
    case arrow::Type::INT32:
      return checked_cast<const arrow::Int32Array&>(*array).Value(row);
    case arrow::Type::INT64:
      return checked_cast<const arrow::Int64Array&>(*array).Value(row);
    case arrow::Type::TIMESTAMP: {
      const auto unit = checked_cast<const arrow::TimestampType&>(*array->type()).unit();
      if (unit != arrow::TimeUnit::MICRO) return std::nullopt;
      return checked_cast<const arrow::TimestampArray&>(*array).Value(row);
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> TextAt(const arrow::Array* array, int64_t row) {
  if (array == nullptr || array->type_id() != arrow::Type::STRING || array->IsNull(row)) {
    return std::nullopt;
  }
  return checked_cast<const arrow::StringArray&>(*array).GetView(row);
}

/// In the place of what was there before, so that a text keeps its memory.
void SetBound(std::string_view text, std::optional<Value>* bound) {
  auto* const before = *bound ? std::get_if<std::string>(&**bound) : nullptr;
  if (before != nullptr) {
    *before = text;
  } else {
    bound->emplace(std::string(text));
  }
}

/// Bounds and null count of one column of the table.
struct StatisticsColumn {
  const Field* field;
  const arrow::Array* min;
  const arrow::Array* max;
  const arrow::Array* nulls;

  void ReadBound(const arrow::Array* bounds, int64_t row,
                 std::optional<Value>* bound) const {
    const bool is_text = field->type == ColumnType::kString;
    const auto text = is_text ? TextAt(bounds, row) : std::nullopt;
    const auto number = is_text ? std::nullopt : NumberAt(bounds, row);
    if (text) {
      SetBound(*text, bound);
    } else if (number) {
      bound->emplace(*number);
    } else {
      bound->reset();
    }
  }

  void Read(int64_t row, DataFile* file) const {
    const auto null_count = NumberAt(nulls, row);
    if (!null_count) {
      file->statistics.erase(field->name);
      return;
    }
    ColumnStatistics& column = file->statistics[field->name];
    column.null_count = *null_count;
    ReadBound(min, row, &column.min);
    ReadBound(max, row, &column.max);
    column.exact = !MayBeCut(column, field->type);
  }
};

class AddReader {
 public:
  AddReader(const arrow::Array& adds, const Schema& schema)
      : adds_(adds),
        path_(ChildOf(&adds, "path")),
        size_(ChildOf(&adds, "size")),
        modified_(ChildOf(&adds, "modificationTime")),
        stats_(ChildOf(&adds, "stats")),
        partition_(ChildOf(&adds, "partitionValues")),
        tags_(ChildOf(&adds, "tags")) {
    const arrow::Array* parsed = ChildOf(&adds, "stats_parsed");
    rows_ = ChildOf(parsed, "numRecords");
    const arrow::Array* min = ChildOf(parsed, "minValues");
    const arrow::Array* max = ChildOf(parsed, "maxValues");
    const arrow::Array* nulls = ChildOf(parsed, "nullCount");
    for (const Field& field : schema.fields()) {
      const arrow::Array* counts = ChildOf(nulls, field.name);
      if (counts == nullptr) continue;
      columns_.push_back(
          {&field, ChildOf(min, field.name), ChildOf(max, field.name), counts});
    }
  }

  /// In the place of another row's action: the maps and texts of millions of files are
  /// much alike, and keep their memory. The slow way is the one that reads anything.
  Status Read(int64_t row, AddAction* add) const {
    if (IsAsUsual(row)) {
      ARROW_RETURN_NOT_OK(ReadColumns(row, add));
    } else {
      ARROW_ASSIGN_OR_RAISE(*add, ReadAsJson(row));
    }
    if (rows_ == nullptr || rows_->IsNull(row)) {
      add->file.statistics.clear();
      return Status::OK();
    }
    add->file.rows = NumberAt(rows_, row).value_or(kUnknownRows);
    for (const StatisticsColumn& column : columns_) column.Read(row, &add->file);
    return Status::OK();
  }

 private:
  bool IsAsUsual(int64_t row) const {
    return TextAt(path_, row) && NumberAt(size_, row) && partition_ != nullptr &&
           partition_->type_id() == arrow::Type::MAP && !partition_->IsNull(row) &&
           ChildOf(&adds_, "deletionVector") == nullptr;
  }

  Result<AddAction> ReadAsJson(int64_t row) const {
    ARROW_ASSIGN_OR_RAISE(Json json, JsonAt(adds_, row));
    json.erase("stats_parsed");
    LogEntry entry;
    ARROW_RETURN_NOT_OK(ParseAction(Json{{"add", std::move(json)}}, "", &entry));
    return std::move(entry.add.at(0));
  }

  Status ReadColumns(int64_t row, AddAction* add) const {
    ARROW_ASSIGN_OR_RAISE(add->file.path, DecodeFilePath(*TextAt(path_, row)));
    ARROW_ASSIGN_OR_RAISE(add->file.date, ReadPartition(row));
    add->file.bytes = *NumberAt(size_, row);
    add->file.rows = kUnknownRows;
    add->file.modified_ms = NumberAt(modified_, row).value_or(0);
    add->stats = TextAt(stats_, row).value_or("");
    ReadTags(row, add);
    return Status::OK();
  }

  Result<std::optional<Date>> ReadPartition(int64_t row) const {
    std::optional<std::string_view> value;
    ForEachText(*partition_, row, [&](std::string_view name, auto text) {
      if (name == kPartitionColumn) value = text.value_or("");
    });
    if (!value) return Status::Invalid("no partition value of 'date'");
    if (value->empty()) return std::nullopt;
    const auto date = ParseDate(*value);
    if (date) return date;
    return Status::Invalid("partition value ", EscapeForTerminal(std::string(*value)),
                           " is no date");
  }

  void ReadTags(int64_t row, AddAction* add) const {
    add->column_sizes.clear();
    add->file.tags.clear();
    if (tags_ == nullptr || tags_->type_id() != arrow::Type::MAP || tags_->IsNull(row)) {
      return;
    }
    ForEachText(*tags_, row, [&](std::string_view name, auto text) {
      if (text) AddTag(name, *text, add);
    });
  }

  template <typename Take>
  static void ForEachText(const arrow::Array& array, int64_t row, const Take& take) {
    const auto& map = checked_cast<const arrow::MapArray&>(array);
    for (int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
      const auto name = TextAt(map.keys().get(), i);
      if (name) take(*name, TextAt(map.items().get(), i));
    }
  }

  const arrow::Array& adds_;
  const arrow::Array* path_;
  const arrow::Array* size_;
  const arrow::Array* modified_;
  const arrow::Array* stats_;
  const arrow::Array* partition_;
  const arrow::Array* tags_;
  const arrow::Array* rows_ = nullptr;
  std::vector<StatisticsColumn> columns_;
};

}  // namespace

Status ForEachAdd(const arrow::Array& adds, const Schema& schema, const TakeAdd& take) {
  if (adds.null_count() == adds.length()) return Status::OK();
  const AddReader reader(adds, schema);
  AddAction add;
  for (int64_t row = 0; row < adds.length(); ++row) {
    if (adds.IsNull(row)) continue;
    ARROW_RETURN_NOT_OK(reader.Read(row, &add));
    ARROW_RETURN_NOT_OK(take(add));
  }
  return Status::OK();
}

}  // namespace flowlake
