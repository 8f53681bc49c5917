#include "flowlake/ingest/parquet_source.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/datafile/batch_reader.h"
#include "flowlake/format/batch_meter.h"
#include "flowlake/format/parquet_log_rows.h"
#include "flowlake/format/parquet_rows.h"
#include "flowlake/source/byte_stream.h"

namespace flowlake {

namespace {
/// Parquet files beyond are converted as they are read.
constexpr int64_t kSmallParquetRows = 200'000;

/// Rows that stand for more text than this are appended bit by bit.
constexpr int64_t kPartBytes = 8 << 20;
/// A file may stand for so many times its size, as gzip may (source/byte_stream.h), and
/// for so much in any case: few different values make files small.
constexpr int64_t kMaxRatio = 200;
constexpr int64_t kBombFloor = 256 << 20;

/// A damaged Parquet file is the input's fault, however the library calls it.
template <typename T>
Result<T> BlameInput(Result<T> result) {
  if (result.ok()) return result;
  return Status::Invalid(result.status().message());
}

class ParquetSource : public RecordSource {
 public:
  ParquetSource(std::string name, std::unique_ptr<BatchReader> reader,
                std::unique_ptr<ParquetRows> rows, int64_t bytes, InputKeys keys)
      : name_(std::move(name)),
        reader_(std::move(reader)),
        rows_(std::move(rows)),
        bytes_(bytes),
        keys_(keys) {}

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
    ARROW_ASSIGN_OR_RAISE(const auto part, NextPart());
    if (!part) return false;
    ARROW_RETURN_NOT_OK(rows_->Append(*part, next_row_, columns, rejects));
    next_row_ += part->num_rows();
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
  /// nullptr at the end.
  Result<std::shared_ptr<arrow::RecordBatch>> NextPart() {
    if (parts_.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto batch, BlameInput(reader_->Next()));
      if (!batch) return nullptr;
      parts_.push_back(std::move(batch));
    }
    while (true) {
      const auto part = std::move(parts_.back());
      parts_.pop_back();
      const int64_t bytes = meter_.Measure(*part);
      if (bytes <= kPartBytes || part->num_rows() < 2) {
        ARROW_RETURN_NOT_OK(CheckExpansion(bytes));
        return part;
      }
      const int64_t half = part->num_rows() / 2;
      parts_.push_back(part->Slice(half));
      parts_.push_back(part->Slice(0, half));
    }
  }

  Status CheckExpansion(int64_t more) {
    plain_bytes_ += more;
    if (plain_bytes_ <= std::max(kBombFloor, kMaxRatio * bytes_)) return Status::OK();
    return Status::Invalid("read ", name_, ": its first ", next_row_ - 1,
                           " rows stand for ", plain_bytes_, " bytes, more than ",
                           kMaxRatio, " to 1 of ", bytes_,
                           ": refused as a decompression bomb");
  }

  const std::string name_;
  std::unique_ptr<BatchReader> reader_;  // outlives what it gave
  std::unique_ptr<ParquetRows> rows_;
  BatchMeter meter_;
  /// What is left of a batch, the next at the end.
  std::vector<std::shared_ptr<arrow::RecordBatch>> parts_;
  int64_t plain_bytes_ = 0;
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
  return std::make_unique<ParquetSource>(request.input.name, std::move(reader),
                                         std::move(rows), bytes, *request.identity);
}

}  // namespace flowlake
