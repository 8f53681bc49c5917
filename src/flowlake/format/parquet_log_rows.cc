#include "flowlake/format/parquet_log_rows.h"

#include <arrow/api.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/parquet_cell.h"
#include "flowlake/format/record_values.h"

namespace flowlake {

namespace {

struct FileColumn {
  std::string name;
  int field = -1;  // of the kind; -1: it does not know the name
};

class ParquetLogRows : public ParquetRows {
 public:
  ParquetLogRows(const LogKind& log, const arrow::Schema& file_schema,
                 const ParseLimits& limits)
      : log_(log), limits_(limits), values_(log, LogOrigin{}, limits) {
    for (const auto& field : file_schema.fields()) {
      int known = log.FieldNamed(field->name());
      for (const FileColumn& other : columns_) {
        if (other.field == known) known = -1;
      }
      columns_.push_back({field->name(), known});
    }
  }

  const Schema& schema() const override { return log_.schema; }
  std::string description() const override { return log_.title + ", Parquet"; }
  std::vector<std::string> unknown_fields() const override {
    std::vector<std::string> names;
    for (const FileColumn& column : columns_) {
      if (column.field < 0) names.push_back(column.name);
    }
    return names;
  }

  Status Append(const arrow::RecordBatch& batch, int64_t first_row,
                ColumnsBuilder& columns, Rejects& rejects) override {
    return AppendRowByRow(batch, first_row, columns, rejects);
  }

  Status AppendRowByRow(const arrow::RecordBatch& batch, int64_t first_row,
                        ColumnsBuilder& columns, Rejects& rejects) override {
    if (batch.num_columns() != static_cast<int>(columns_.size())) {
      return Status::Invalid("parquet rows: a batch of ", batch.num_columns(),
                             " columns, the file has ", columns_.size());
    }
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      ARROW_ASSIGN_OR_RAISE(const bool fits, AppendRow(batch, row, columns));
      if (fits) {
        columns.FinishRow();
        continue;
      }
      columns.DropRow();
      rejects.Add(
          {first_row + row, 0, failure_.column, failure_.reason, TextOf(batch, row)});
    }
    return Status::OK();
  }

 private:
  Result<bool> AppendRow(const arrow::RecordBatch& batch, int64_t row,
                         ColumnsBuilder& columns) {
    values_.Begin(columns);
    size_t extra_bytes = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const FileColumn& column = columns_[i];
      const arrow::Array& array = *batch.column(static_cast<int>(i));
      const auto text = TextOf(array, row);
      if (!text) continue;
      const Misfit damage = FindDamage(*text, limits_);
      if (column.field < 0) {
        extra_bytes += text->size();
        if (extra_bytes > limits_.record_bytes) {
          return Fail({std::string(kExtraColumn), RejectReason::kTooLong});
        }
        if (!damage) values_.AppendUnknown(column.name, *text);
        continue;
      }
      const auto field = static_cast<size_t>(column.field);
      if (damage ? !values_.Fail(field, *damage) : !values_.Append(field, *text)) {
        return Fail(values_.failure());
      }
    }
    return values_.Finish() || Fail(values_.failure());
  }

  bool Fail(RecordValues::Failure failure) {
    failure_ = std::move(failure);
    return false;
  }

  /// nullopt is NULL. Valid until the next call.
  std::optional<std::string_view> TextOf(const arrow::Array& array, int64_t row) {
    if (array.IsNull(row)) return std::nullopt;
    const auto cell = CellAt(array, row);
    if (!cell.ok()) {  // nested: as Arrow shows it
      scratch_ = ShowCell(array, row, limits_.record_bytes + 1);
      return scratch_;
    }
    if (const auto* text = std::get_if<std::string_view>(&*cell)) return *text;
    if (const auto* micros = std::get_if<Micros>(&*cell)) {
      scratch_ = FormatTimestamp(micros->value);
    } else if (const auto* value = std::get_if<int64_t>(&*cell)) {
      scratch_ = std::to_string(*value);
    } else if (const auto* wide = std::get_if<uint64_t>(&*cell)) {
      scratch_ = std::to_string(*wide);
    } else if (const auto* number = std::get_if<double>(&*cell)) {
      scratch_.resize(32);
      char* const begin = scratch_.data();
      scratch_.resize(
          static_cast<size_t>(std::to_chars(begin, begin + 32, *number).ptr - begin));
    } else {
      return std::nullopt;
    }
    return scratch_;
  }

  std::string TextOf(const arrow::RecordBatch& batch, int64_t row) {
    std::string all;
    for (int i = 0; i < batch.num_columns() && all.size() < kMaxRejectText; ++i) {
      all += i == 0 ? "" : "\t";
      all += TextOf(*batch.column(i), row).value_or("-").substr(0, kMaxRejectText);
    }
    return all;
  }

  const LogKind& log_;
  const ParseLimits limits_;
  RecordValues values_;
  std::vector<FileColumn> columns_;
  RecordValues::Failure failure_;
  std::string scratch_;
};

}  // namespace

std::unique_ptr<ParquetRows> MakeParquetLogRows(const LogKind& log,
                                                const arrow::Schema& file_schema,
                                                const ParseLimits& limits) {
  return std::make_unique<ParquetLogRows>(log, file_schema, limits);
}

}  // namespace flowlake
