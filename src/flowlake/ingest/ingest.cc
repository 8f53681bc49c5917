#include "flowlake/ingest/ingest.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/ingest/batch.h"

namespace flowlake {

namespace {

/// Each round, the writers that we lost to got something done; more lost rounds than this
/// mean that something else is wrong.
constexpr int kMaxRounds = 100;

/// What the ledger has of a batch's inputs is read for each batch, and held meanwhile.
constexpr int64_t kMostInputs = 65'536;

Status IngestAll(const BatchContext& context, std::span<const Input> inputs,
                 IngestSummary& summary) {
  std::vector<Input> left;
  for (int lost = 0; lost < kMaxRounds && !inputs.empty();) {
    ARROW_ASSIGN_OR_RAISE(BatchRest rest, IngestBatch(context, inputs, summary));
    lost = rest.later.empty() ? lost + 1 : 0;
    left = std::move(rest.again);
    std::ranges::move(rest.later, std::back_inserter(left));
    inputs = left;
  }
  if (inputs.empty()) return Status::OK();
  return Status::IOError("commit to ", context.lake.uri(), ": lost ", kMaxRounds,
                         " races in a row; run the same command again");
}

/// Says what is done, so that nobody fears for it.
Status WithProgress(const Status& failure, const IngestSummary& summary, bool is_staged) {
  if (summary.files == 0) return failure;
  return failure.WithMessage(failure.message(), "; before that, ", summary.files,
                             " inputs with ", summary.records, " records were ",
                             is_staged ? "staged" : "committed",
                             ", and the same command again goes on behind them");
}

}  // namespace

Result<IngestSummary> Ingest(const Lake& lake, const std::vector<Input>& inputs,
                             const IngestOptions& options, IngestProgress& progress) {
  const auto started = std::chrono::steady_clock::now();
  IngestSummary summary;
  ARROW_ASSIGN_OR_RAISE(const LakeSettings settings, ReadSettings(lake));
  const BatchContext context{lake, options, settings, progress, NowMicros()};
  const auto step =
      static_cast<size_t>(options.commit_every > 0 ? options.commit_every : kMostInputs);
  for (size_t at = 0; at < inputs.size(); at += step) {
    const size_t count = std::min(step, inputs.size() - at);
    const auto batch = std::span(inputs).subspan(at, count);
    const Status status = IngestAll(context, batch, summary);
    if (!status.ok()) return WithProgress(status, summary, options.stage);
  }
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - started;
  summary.seconds = seconds.count();
  return summary;
}

}  // namespace flowlake
