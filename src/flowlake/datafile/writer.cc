#include "flowlake/datafile/writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "flowlake/base/check.h"
#include "flowlake/base/uuid.h"
#include "flowlake/datafile/column_encoder.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/datafile/footer_columns.h"
#include "flowlake/datafile/parquet_call.h"
#include "flowlake/datafile/parquet_file.h"

namespace flowlake {

namespace {
class Writer final : public DataFileWriter {
 public:
  Writer(std::shared_ptr<Store> store, std::string table_folder, std::optional<Date> date,
         const Schema* schema, DataFileOptions options, PageCompressor compressor)
      : store_(std::move(store)),
        path_(PartitionFolder(date) + "/part-" + NewUuid() + ".parquet"),
        object_(table_folder + "/" + path_),
        date_(date),
        schema_(schema),
        options_(options),
        output_{static_cast<size_t>(options.page_rows), std::move(compressor)},
        present_(static_cast<size_t>(schema->size())) {
    Release();
  }

  bool Accepts(const Columns& columns) const override {
    if (!file_) return true;
    for (int i = 0; i < schema_->size(); ++i) {
      if (columns.column(i).present && !present_[static_cast<size_t>(i)]) return false;
    }
    return true;
  }

  Status Append(const Columns& columns, std::span<const uint32_t> rows) override {
    Check(*columns.schema == *schema_, "rows of another table");
    DebugCheck(std::ranges::is_sorted(rows), "rows of a slice that do not ascend");
    if (!Accepts(columns)) return Status::Invalid("write ", object_, ": a new column");
    for (size_t i = 0; i < present_.size(); ++i) {
      if (columns.columns[i].present) present_[i] = true;
    }
    const size_t count = rows.empty() ? static_cast<size_t>(columns.rows) : rows.size();
    for (size_t at = 0; at < count;) {
      const auto room = static_cast<size_t>(options_.row_group_rows - group_rows_);
      const RowSlice slice{rows, at, std::min(room, count - at)};
      AppendSlice(columns, slice);
      at += slice.count;
      if (group_rows_ == options_.row_group_rows) ARROW_RETURN_NOT_OK(WriteRowGroup());
    }
    CountMemory();
    return Status::OK();
  }

  Status FlushRowGroup() override {
    if (group_rows_ > 0) ARROW_RETURN_NOT_OK(WriteRowGroup());
    Release();
    return Status::OK();
  }

  int64_t buffered_bytes() const override {
    return buffered_ + (file_ ? file_->metadata_memory() : 0);
  }
  int64_t rows() const override { return rows_; }
  int64_t written_bytes() const override {
    return sink_ && !sink_->closed() ? sink_->Tell().ValueOr(0) : 0;
  }

  Result<DataFile> Close() override {
    Check(rows_ > 0, "a data file without rows");
    ARROW_RETURN_NOT_OK(FlushRowGroup());
    int64_t bytes = 0;
    ARROW_RETURN_NOT_OK(CallParquet("write " + object_, [&]() -> Status {
      ARROW_ASSIGN_OR_RAISE(bytes, file_->Finish());
      return sink_->Close();
    }));
    ARROW_ASSIGN_OR_RAISE(DataFile file, ReadBack(bytes));
    sink_.reset();  // Abort() must not touch it any more
    return file;
  }

  void Abort() override {
    if (sink_) {
      if (!sink_->closed()) (void)sink_->Abort();
      // Closed, but then not read back as written.
      (void)store_->Delete(object_);
    }
    file_.reset();
    sink_.reset();
    Release();
  }

 private:
  void AppendSlice(const Columns& columns, const RowSlice& slice) {
    const auto count = static_cast<int64_t>(slice.count);
    for (size_t i = 0; i < encoders_.size(); ++i) {
      if (!present_[i]) continue;
      ColumnEncoder& encoder = encoders_[i];
      // The column may be new in this row group.
      encoder.AppendNulls(group_rows_ - encoder.rows());
      if (columns.columns[i].present) {
        encoder.Append(columns.columns[i], slice);
      } else {
        encoder.AppendNulls(count);
      }
    }
    group_rows_ += count;
    rows_ += count;
  }

  Status Create() {
    ARROW_ASSIGN_OR_RAISE(sink_, store_->Create(object_));
    std::vector<Field> fields;
    for (size_t i = 0; i < present_.size(); ++i) {
      if (present_[i]) fields.push_back(schema_->fields()[i]);
    }
    if (fields.empty()) return Status::Invalid("rows without columns");
    return ParquetFile::Make(sink_, fields, options_).Value(&file_);
  }

  Status WriteRowGroup() {
    ARROW_ASSIGN_OR_RAISE(const auto columns, FinishColumns());
    ARROW_RETURN_NOT_OK(CallParquet("write " + object_, [&] {
      if (!file_) ARROW_RETURN_NOT_OK(Create());
      return file_->WriteRowGroup(columns);
    }));
    for (ColumnEncoder& encoder : encoders_) encoder.Clear();
    output_.memory.Clear();
    group_rows_ = 0;
    return Status::OK();
  }

  Result<std::vector<const ColumnEncoder*>> FinishColumns() {
    std::vector<const ColumnEncoder*> columns;
    for (size_t i = 0; i < present_.size(); ++i) {
      if (!present_[i]) continue;
      const Status status = encoders_[i].Finish();
      if (!status.ok()) {
        return status.WithMessage("write ", object_, ": ", status.message());
      }
      columns.push_back(&encoders_[i]);
    }
    return columns;
  }

  // A full row group leaves its memory to the next; this gives it back.
  void Release() {
    encoders_.clear();
    for (const Field& field : schema_->fields()) {
      encoders_.emplace_back(field.type, output_);
    }
    output_.memory.Release();
    output_.scratch = {};
    output_.raw = {};
    group_rows_ = 0;
    buffered_ = 0;
  }

  void CountMemory() {
    size_t bytes =
        output_.memory.memory() + output_.scratch.memory() + output_.raw.capacity();
    for (const ColumnEncoder& encoder : encoders_) bytes += encoder.memory();
    buffered_ = static_cast<int64_t>(bytes);
  }

  Result<DataFile> ReadBack(int64_t bytes) {
    ARROW_ASSIGN_OR_RAISE(auto file, store_->Open(object_));
    ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(file, object_));
    ARROW_ASSIGN_OR_RAISE(const auto info, store_->Stat(object_));
    const bool whole = info && info->size == bytes && footer.rows == rows_ &&
                       static_cast<int>(footer.row_groups.size()) == file_->row_groups();
    const auto columns = static_cast<size_t>(std::ranges::count(present_, true));
    if (!whole || footer.row_groups.front().chunks.size() != columns) {
      return Status::IOError("read back ", object_, ": not what was written");
    }
    return Describe(footer, *info);
  }

  DataFile Describe(const Footer& footer, const ObjectInfo& info) const {
    DataFile result{path_, date_, rows_, info.size, info.modified_ms, {}, {}};
    DescribeColumns(footer, &result);
    result.tags[kFooterTag] = footer.checksum;
    return result;
  }

  const std::shared_ptr<Store> store_;
  const std::string path_;    // relative to the table
  const std::string object_;  // relative to the store
  const std::optional<Date> date_;
  const Schema* const schema_;
  const DataFileOptions options_;

  PageOutput output_;
  std::vector<ColumnEncoder> encoders_;  // of the open row group, one per field
  std::vector<bool> present_;            // the file's columns, fixed once file_ exists
  int64_t group_rows_ = 0;
  int64_t rows_ = 0;
  int64_t buffered_ = 0;
  std::shared_ptr<arrow::io::OutputStream> sink_;
  std::unique_ptr<ParquetFile> file_;
};
}  // namespace

Result<std::unique_ptr<DataFileWriter>> DataFileWriter::Make(std::shared_ptr<Store> store,
                                                             std::string table_folder,
                                                             std::optional<Date> date,
                                                             const Schema* schema,
                                                             DataFileOptions options) {
  if (options.row_group_rows < 1 || options.page_rows < 1) {
    return Status::Invalid("row groups and pages need at least one row");
  }
  ARROW_ASSIGN_OR_RAISE(PageCompressor compressor,
                        PageCompressor::Make(options.compression));
  return std::make_unique<Writer>(std::move(store), std::move(table_folder), date, schema,
                                  options, std::move(compressor));
}

}  // namespace flowlake
