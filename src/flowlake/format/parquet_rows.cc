#include "flowlake/format/parquet_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "flowlake/format/catalogue.h"
#include "flowlake/format/column_mapper.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/layout.h"
#include "flowlake/format/log_kind.h"
#include "flowlake/format/parquet_cell.h"
#include "flowlake/format/parquet_log_rows.h"

namespace flowlake {

namespace {
constexpr size_t kListedNames = 8;
// Halving batches further to save a row from the slow way costs more than that.
constexpr int64_t kFewRows = 256;

std::vector<std::string_view> NamesOf(const arrow::Schema& file_schema) {
  std::vector<std::string_view> names;
  for (const auto& field : file_schema.fields()) names.push_back(field->name());
  return names;
}

std::string SomeOf(const std::vector<std::string_view>& names) {
  std::string list;
  for (size_t i = 0; i < names.size() && i < kListedNames; ++i) {
    list += (i == 0 ? "" : ", ") + std::string(names[i]);
  }
  return list + (names.size() > kListedNames ? ", …" : "");
}

class MappedRows : public ParquetRows {
 public:
  MappedRows(Layout layout, const ParseLimits& limits)
      : layout_(std::move(layout)), limits_(limits) {
    for (const LayoutField& field : layout_.fields) {
      mappers_.emplace_back(field, *layout_.schema, limits_);
    }
  }

  const Schema& schema() const override { return *layout_.schema; }
  std::string description() const override {
    return DescribeLog(schema(),
                       "Parquet, " + std::to_string(layout_.fields.size()) + " columns");
  }
  std::vector<std::string> unknown_fields() const override {
    std::vector<std::string> names;
    for (const LayoutField& field : layout_.fields) {
      if (field.is_extra) names.push_back(field.name);
    }
    return names;
  }

  Status Append(const arrow::RecordBatch& batch, int64_t first_row,
                ColumnsBuilder& columns, Rejects& rejects) override {
    ARROW_RETURN_NOT_OK(CheckWidth(batch));
    if (!KnowsTypesOf(batch)) return AppendRowByRow(batch, first_row, columns, rejects);
    return AppendWhole(batch, first_row, columns, rejects);
  }

  Status AppendRowByRow(const arrow::RecordBatch& batch, int64_t first_row,
                        ColumnsBuilder& columns, Rejects& rejects) override {
    ARROW_RETURN_NOT_OK(CheckWidth(batch));
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      ARROW_ASSIGN_OR_RAISE(auto failure, AppendRow(batch, row, columns));
      if (!failure) {
        columns.FinishRow();
        continue;
      }
      columns.DropRow();
      failure->line = first_row + row;
      rejects.Add(std::move(*failure));
    }
    return Status::OK();
  }

 private:
  Status CheckWidth(const arrow::RecordBatch& batch) const {
    if (batch.num_columns() == static_cast<int>(layout_.fields.size())) {
      return Status::OK();
    }
    return Status::Invalid("parquet rows: a batch of ", batch.num_columns(),
                           " columns, the file has ", layout_.fields.size());
  }

  bool KnowsTypesOf(const arrow::RecordBatch& batch) const {
    for (size_t i = 0; i < layout_.fields.size(); ++i) {
      if (layout_.fields[i].is_extra) continue;
      if (!mappers_[i].Knows(*batch.column(static_cast<int>(i))->type())) return false;
    }
    return true;
  }

  // Column by column; around a value that does not fit, row by row.
  Status AppendWhole(const arrow::RecordBatch& batch, int64_t first_row,
                     ColumnsBuilder& columns, Rejects& rejects) {
    ARROW_ASSIGN_OR_RAISE(const bool fits, AppendColumns(batch, columns));
    if (fits) {
      columns.FinishRows(static_cast<size_t>(batch.num_rows()));
      return Status::OK();
    }
    columns.DropRow();
    if (batch.num_rows() <= kFewRows) {
      return AppendRowByRow(batch, first_row, columns, rejects);
    }
    const int64_t half = batch.num_rows() / 2;
    ARROW_RETURN_NOT_OK(AppendWhole(*batch.Slice(0, half), first_row, columns, rejects));
    return AppendWhole(*batch.Slice(half), first_row + half, columns, rejects);
  }

  // False if some value does not fit; then columns of the batch are missing.
  Result<bool> AppendColumns(const arrow::RecordBatch& batch, ColumnsBuilder& columns) {
    for (size_t i = 0; i < layout_.fields.size(); ++i) {
      if (layout_.fields[i].is_extra) continue;
      if (!mappers_[i].Append(*batch.column(static_cast<int>(i)), columns)) return false;
    }
    return !layout_.has_extra || AppendExtras(batch, columns);
  }

  bool AppendExtras(const arrow::RecordBatch& batch, ColumnsBuilder& columns) {
    const int field = schema().IndexOf(kExtraColumn);
    std::vector<uint32_t> codes(static_cast<size_t>(batch.num_rows()), kNullCode);
    bool is_present = false;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      extra_.Clear();
      size_t extra_bytes = 0;
      for (size_t i = 0; i < layout_.fields.size(); ++i) {
        const LayoutField& unknown = layout_.fields[i];
        if (!unknown.is_extra) continue;
        extra_bytes += AddExtra(unknown, *batch.column(static_cast<int>(i)), row);
      }
      if (extra_bytes > limits_.record_bytes) return false;
      if (extra_.empty()) continue;
      codes[static_cast<size_t>(row)] = columns.dictionary(field).Encode(extra_.Finish());
      is_present = true;
    }
    if (is_present)
      std::ranges::copy(codes, columns.AppendCodes(field, codes.size()).begin());
    return true;
  }

  // The reject, without its place, if a value does not fit.
  Result<std::optional<Reject>> AppendRow(const arrow::RecordBatch& batch, int64_t row,
                                          ColumnsBuilder& columns) {
    ValueAppender values(columns, limits_.latest_time);
    extra_.Clear();
    size_t extra_bytes = 0;
    for (size_t i = 0; i < layout_.fields.size(); ++i) {
      const LayoutField& field = layout_.fields[i];
      const arrow::Array& array = *batch.column(static_cast<int>(i));
      if (field.is_extra) {
        extra_bytes += AddExtra(field, array, row);
        continue;
      }
      auto cell = CellAt(array, row);
      if (!cell.ok())
        return cell.status().WithMessage("column ", field.name, ": ",
                                         cell.status().message());
      const Misfit misfit = AppendCell(field, *cell, values);
      if (misfit) return RejectOf(batch, row, field.name, *misfit);
    }
    if (extra_bytes > limits_.record_bytes) {
      return RejectOf(batch, row, std::string(kExtraColumn), RejectReason::kTooLong);
    }
    if (!extra_.empty()) {
      columns.AppendString(schema().IndexOf(kExtraColumn), extra_.Finish());
    }
    return std::nullopt;
  }

  Misfit AppendCell(const LayoutField& field, const Cell& cell, ValueAppender& values) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      if (const Misfit damage = FindDamage(*text, limits_)) return damage;
      // Collectors in Python write their None as text.
      const bool is_number = field.target.kind >= FieldKind::kInt32;
      if (is_number && *text == "None") return values.Append(field.target, {});
    }
    return values.Append(field.target, cell);
  }

  // Unknown columns may have any type, nested ones too: they are kept as text. Returns
  // how long that is; what is too long by itself is not kept.
  size_t AddExtra(const LayoutField& field, const arrow::Array& array, int64_t row) {
    const std::string text = ShowCell(array, row, limits_.record_bytes + 1);
    const bool is_kept =
        text.size() <= limits_.record_bytes && !IsNullText(text) && !FindDamage(text);
    if (is_kept) extra_.AddString(field.name, text);
    return text.size();
  }

  static Reject RejectOf(const arrow::RecordBatch& batch, int64_t row,
                         const std::string& column, RejectReason reason) {
    std::string text;
    for (int i = 0; i < batch.num_columns() && text.size() < kMaxRejectText; ++i) {
      const std::string shown = ShowCell(*batch.column(i), row, kMaxRejectText);
      text += (i == 0 ? "" : " ") + (shown.empty() ? "-" : shown);
    }
    return {0, 0, CanonicalFieldName(column), reason, std::move(text)};
  }

  Layout layout_;
  ParseLimits limits_;
  std::deque<ColumnMapper> mappers_;  // parallel to the fields
  ExtraObject extra_;
};
}  // namespace

Result<std::unique_ptr<ParquetRows>> ParquetRows::Make(const arrow::Schema& file_schema,
                                                       const ParseLimits& limits) {
  const auto names = NamesOf(file_schema);
  if (const LogKind* kind = LogKindOfNames(names)) {
    return MakeParquetLogRows(*kind, file_schema, limits);
  }
  if (!LooksLikeHeader(names) && !LooksLikeShortHeader(names)) {
    return Status::Invalid("parquet: not a log, its columns are ", SomeOf(names));
  }
  ARROW_ASSIGN_OR_RAISE(Layout layout, MakeLayout(names, *SchemaOfNames(names)));
  return std::make_unique<MappedRows>(std::move(layout), limits);
}

}  // namespace flowlake
