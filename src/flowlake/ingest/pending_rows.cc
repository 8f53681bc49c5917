#include "flowlake/ingest/pending_rows.h"

namespace flowlake {

namespace {
/// Enough to amortise what a batch costs, few enough to stay in the second-level cache.
constexpr int64_t kEnoughRows = 4096;
}  // namespace

Result<ColumnsBuilder*> PendingRows::Begin(const Schema& schema,
                                           std::optional<Date> fallback) {
  Batch& batch = BatchOf(schema);
  if (batch.fallback != fallback) ARROW_RETURN_NOT_OK(Flush(batch));
  batch.fallback = fallback;
  return &batch.builder;
}

Status PendingRows::Keep(const Schema& schema, const Key128& input) {
  Batch& batch = batches_.at(&schema);
  if (batch.builder.rows() == batch.rows) return Status::OK();
  batch.rows = batch.builder.rows();
  batch.inputs.push_back(input);
  return batch.rows < kEnoughRows ? Status::OK() : Flush(batch);
}

Result<ColumnsBuilder*> PendingRows::BeginAlone(const Schema& schema) {
  Batch& batch = BatchOf(schema);
  ARROW_RETURN_NOT_OK(Flush(batch));
  return &batch.builder;
}

Status PendingRows::Flush() {
  for (auto& [schema, batch] : batches_) {
    batch.builder.KeepRows(batch.rows);
    ARROW_RETURN_NOT_OK(Flush(batch));
  }
  return Status::OK();
}

PendingRows::Batch& PendingRows::BatchOf(const Schema& schema) {
  Batch& batch = batches_.try_emplace(&schema, schema).first->second;
  batch.builder.KeepRows(batch.rows);
  return batch;
}

Status PendingRows::Flush(Batch& batch) {
  if (batch.rows == 0) return Status::OK();
  const Columns columns = batch.builder.Finish();
  ARROW_RETURN_NOT_OK(writers_.Append(columns, batch.fallback, batch.inputs));
  batch.rows = 0;
  batch.inputs.clear();
  return Status::OK();
}

}  // namespace flowlake
