#include "flowlake/report/parquet_renderer.h"

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/writer.h>

#include <exception>

namespace flowlake {

namespace {

/// A std::ostream as Arrow writes to it; the ostream stays open.
class OstreamSink final : public arrow::io::OutputStream {
 public:
  explicit OstreamSink(std::ostream& out) : out_(out) {}

  Status Write(const void* data, int64_t size) override {
    out_.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    if (!out_) return Status::IOError("write the Parquet answer");
    position_ += size;
    return Status::OK();
  }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  std::ostream& out_;
  int64_t position_ = 0;
  bool closed_ = false;
};

Result<int64_t> Write(Answer& answer, std::ostream& out) {
  const auto properties = parquet::WriterProperties::Builder()
                              .compression(arrow::Compression::SNAPPY)
                              ->build();
  ARROW_ASSIGN_OR_RAISE(
      const auto writer,
      parquet::arrow::FileWriter::Open(*answer.schema(), arrow::default_memory_pool(),
                                       std::make_shared<OstreamSink>(out), properties));
  int64_t rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer.Next());
    if (!batch) break;
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
    rows += batch->num_rows();
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  return rows;
}

}  // namespace

Result<int64_t> RenderParquet(Answer& answer, std::ostream& out) {
  try {
    return Write(answer, out);
  } catch (const std::exception& error) {
    return Status::Invalid("write the answer as Parquet: ", error.what());
  }
}

}  // namespace flowlake
