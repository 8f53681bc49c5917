#include "flowlake/ingest/ingest.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "flowlake/base/date.h"
#include "flowlake/ingest/batch.h"

namespace flowlake {

namespace {

/// Each round, the writers that we lost to got something done; more lost rounds than this
/// mean that something else is wrong.
constexpr int kMaxRounds = 100;

Status IngestAll(const BatchContext& context, std::span<const Input> inputs,
                 IngestSummary& summary) {
  std::vector<Input> again;
  for (int round = 0; round < kMaxRounds && !inputs.empty(); ++round) {
    ARROW_ASSIGN_OR_RAISE(again, IngestBatch(context, inputs, summary));
    inputs = again;
  }
  if (inputs.empty()) return Status::OK();
  return Status::IOError("commit to ", context.lake.uri(), ": lost ", kMaxRounds,
                         " races in a row; run the same command again");
}

}  // namespace

Result<IngestSummary> Ingest(const Lake& lake, const std::vector<Input>& inputs,
                             const IngestOptions& options, IngestProgress& progress) {
  const auto started = std::chrono::steady_clock::now();
  IngestSummary summary;
  ARROW_ASSIGN_OR_RAISE(const LakeSettings settings, ReadSettings(lake));
  const BatchContext context{lake, options, settings, progress, NowMicros()};
  const size_t step = options.commit_every > 0 ? static_cast<size_t>(options.commit_every)
                                               : std::max<size_t>(inputs.size(), 1);
  for (size_t at = 0; at < inputs.size(); at += step) {
    const size_t count = std::min(step, inputs.size() - at);
    const auto batch = std::span(inputs).subspan(at, count);
    ARROW_RETURN_NOT_OK(IngestAll(context, batch, summary));
  }
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - started;
  summary.seconds = seconds.count();
  return summary;
}

}  // namespace flowlake
