#include "flowlake/ingest/parquet_source.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>

#include "flowlake/datafile/batch_reader.h"
#include "flowlake/format/parquet_log_rows.h"
#include "flowlake/format/parquet_rows.h"
#include "flowlake/source/byte_stream.h"

namespace flowlake {

namespace {
/// Parquet files beyond are converted as they are read.
constexpr int64_t kSmallParquetRows = 200'000;

/// A damaged Parquet file is the input's fault, however the library calls it.
template <typename T>
Result<T> BlameInput(Result<T> result) {
  if (result.ok()) return result;
  return Status::Invalid(result.status().message());
}

class ParquetSource : public RecordSource {
 public:
  ParquetSource(std::unique_ptr<BatchReader> reader, std::unique_ptr<ParquetRows> rows,
                int64_t bytes, InputKeys keys)
      : reader_(std::move(reader)), rows_(std::move(rows)), bytes_(bytes), keys_(keys) {}

  const Schema* schema() const override { return &rows_->schema(); }
  std::string description() const override { return rows_->description(); }
  std::vector<std::string> unknown_fields() const override {
    return rows_->unknown_fields();
  }
  bool is_small() const override {
    return reader_->rows() <= kSmallParquetRows &&
           bytes_ <= static_cast<int64_t>(kSmallInputBytes);
  }

  Result<bool> Next(ColumnsBuilder& columns, Rejects& rejects) override {
    ARROW_ASSIGN_OR_RAISE(const auto batch, BlameInput(reader_->Next()));
    if (!batch) return false;
    ARROW_RETURN_NOT_OK(rows_->Append(*batch, next_row_, columns, rejects));
    next_row_ += batch->num_rows();
    return true;
  }

  int64_t stored_bytes() const override {
    const int64_t rows = std::max<int64_t>(reader_->rows(), 1);
    return static_cast<int64_t>(static_cast<double>(bytes_) *
                                static_cast<double>(next_row_ - 1) /
                                static_cast<double>(rows));
  }
  int64_t plain_bytes() const override { return stored_bytes(); }
  InputKeys content_keys() const override { return keys_; }

 private:
  std::unique_ptr<BatchReader> reader_;
  std::unique_ptr<ParquetRows> rows_;
  int64_t bytes_;
  InputKeys keys_;
  int64_t next_row_ = 1;
};
}  // namespace

Result<std::unique_ptr<RecordSource>> OpenParquet(const SourceRequest& request) {
  ARROW_ASSIGN_OR_RAISE(auto file, OpenRandomAccess(request.input));
  ARROW_ASSIGN_OR_RAISE(const int64_t bytes, file->GetSize());
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        BlameInput(BatchReader::Open(file, request.input.name)));
  const FormatOptions& format = request.format;
  std::unique_ptr<ParquetRows> rows;
  if (format.log != nullptr) {
    rows = MakeParquetLogRows(format.log->kind, *reader->schema(), format.limits);
  } else {
    ARROW_ASSIGN_OR_RAISE(rows, ParquetRows::Make(*reader->schema(), format.limits));
  }
  return std::make_unique<ParquetSource>(std::move(reader), std::move(rows), bytes,
                                         *request.identity);
}

}  // namespace flowlake
