#include "flowlake/query/duckdb_answer.h"

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>

#include <chrono>
#include <condition_variable>
#include <duckdb/common/arrow/arrow_converter.hpp>
#include <mutex>
#include <stop_token>
#include <thread>

#include "flowlake/query/cost.h"
#include "flowlake/query/duckdb_error.h"
#include "flowlake/query/sampling.h"

namespace flowlake {

namespace {

using Clock = std::chrono::steady_clock;

/// Asks a connection how far it is until it is destroyed.
class ProgressWatch {
 public:
  ProgressWatch(duckdb::Connection& connection, std::function<void(double)> report)
      : thread_([&connection, report = std::move(report)](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any changed;
          std::unique_lock lock(mutex);
          const auto never = [] { return false; };
          while (!changed.wait_for(lock, stop, std::chrono::milliseconds(100), never) &&
                 !stop.stop_requested()) {
            const double percentage = connection.GetQueryProgress();
            if (percentage >= 0) report(percentage / 100);
          }
        }) {}

 private:
  std::jthread thread_;
};

class StreamedAnswer final : public Answer {
 public:
  explicit StreamedAnswer(AnswerSource source)
      : source_(std::move(source)), started_(Clock::now()) {}

  Status Start(duckdb::unique_ptr<duckdb::SQLStatement> statement) {
    if (source_.on_progress) {
      watch_ = std::make_unique<ProgressWatch>(*source_.connection, source_.on_progress);
    }
    result_ = source_.connection->SendQuery(std::move(statement));
    if (result_->HasError()) result_->GetErrorObject().Throw();
    properties_ = result_->client_properties;
    ArrowSchema schema;
    duckdb::ArrowConverter::ToArrowSchema(&schema, result_->types, result_->names,
                                          properties_);
    ARROW_ASSIGN_OR_RAISE(schema_, arrow::ImportSchema(&schema));
    return Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    const Status status = CallQuery(source_.sql, source_.rewritten, source_.meter, [&] {
      if (result_ == nullptr) return Status::OK();
      auto chunk = result_->Fetch();
      if (result_->HasError()) result_->GetErrorObject().Throw();
      if (chunk != nullptr && chunk->size() > 0) return Convert(*chunk).Value(&batch);
      Finish();
      return Status::OK();
    });
    if (!status.ok()) Finish();
    ARROW_RETURN_NOT_OK(status);
    return batch;
  }

  QueryStatistics statistics() const override {
    if (result_ == nullptr) return final_;
    return Count();
  }

 private:
  Result<std::shared_ptr<arrow::RecordBatch>> Convert(duckdb::DataChunk& chunk) {
    ArrowArray array;
    duckdb::ArrowConverter::ToArrowArray(chunk, &array, properties_, {});
    return arrow::ImportRecordBatch(&array, schema_);
  }

  void Finish() {
    final_ = Count();
    watch_.reset();
    result_.reset();
  }

  QueryStatistics Count() const {
    const ScanTotals totals = source_.meter->totals();
    QueryStatistics statistics;
    statistics.bytes_scanned = totals.bytes;
    statistics.files_read = totals.files;
    statistics.row_groups_read = totals.row_groups;
    statistics.row_groups_skipped = totals.row_groups_skipped;
    statistics.athena_usd = AthenaUsd(totals.billed_bytes);
    for (const auto& table : source_.mentioned->tables()) {
      statistics.bytes_stored += table->snapshot().bytes();
      for (duckdb::idx_t i = 0; i < table->size(); ++i) {
        if (totals.paths.contains(table->Path(i))) continue;
        ++statistics.files_skipped;
        statistics.row_groups_skipped += EstimatedRowGroups(table->files().rows(i));
      }
    }
    statistics.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    return statistics;
  }

  AnswerSource source_;
  Clock::time_point started_;
  duckdb::unique_ptr<duckdb::QueryResult> result_;  // nullptr once it has ended
  duckdb::ClientProperties properties_;
  std::shared_ptr<arrow::Schema> schema_;
  QueryStatistics final_;
  std::unique_ptr<ProgressWatch> watch_;
};

}  // namespace

Result<std::unique_ptr<Answer>> DuckDbAnswer::Start(
    AnswerSource source, duckdb::unique_ptr<duckdb::SQLStatement> statement) {
  auto answer = std::make_unique<StreamedAnswer>(std::move(source));
  ARROW_RETURN_NOT_OK(answer->Start(std::move(statement)));
  return answer;
}

}  // namespace flowlake
