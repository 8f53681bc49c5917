#include "flowlake/server/lake_writer.h"

#include "flowlake/base/log.h"
#include "flowlake/ingest/ingest.h"

namespace flowlake {

void LogFailures(const Failures& failures) {
  for (const Failure& failure : failures) {
    Log(LogLevel::kError, failure.status.message(),
        {{"object", failure.object}, {"step", failure.step}});
  }
}

Result<FailedInputs> LakeWriter::Write(const std::vector<Input>& inputs) {
  FailedInputs failed;
  if (inputs.empty()) return failed;
  const std::lock_guard lock(turn_);
  IngestOptions options;
  options.memory_bytes = memory_bytes_;
  options.days.is_unattended = true;
  IngestProgress progress;
  ARROW_ASSIGN_OR_RAISE(const IngestSummary summary,
                        Ingest(lake_, inputs, options, progress));
  metrics_.inputs += summary.files;
  metrics_.skipped += summary.files_skipped;
  metrics_.records += summary.records;
  metrics_.rejects += summary.total_rejects();
  metrics_.written_bytes += summary.bytes_out;
  metrics_.commit_seconds.Observe(summary.seconds);
  metrics_.Count(summary.failures);
  LogFailures(summary.failures);
  for (const InputProblem& problem : summary.problems) {
    if (!problem.table.empty()) {
      failed.emplace(problem.name, problem.table);
    } else if (problem.is_refused) {
      ++metrics_.refused;
      Log(LogLevel::kWarning, "refused: " + problem.message, {{"input", problem.name}});
    } else {
      ++metrics_.failures;
      failed.emplace(problem.name, "");
      Log(LogLevel::kError, problem.message, {{"input", problem.name}});
    }
  }
  for (const std::string& name : summary.waiting) failed.emplace(name, "");
  for (const std::string& name : summary.replaced) {
    Log(LogLevel::kWarning, "another file than the one that had its name before",
        {{"input", name}});
  }
  if (summary.files > 0) {
    Log(LogLevel::kInfo, "committed",
        {{"inputs", summary.files},
         {"records", summary.records},
         {"rejects", summary.total_rejects()},
         {"bytes", summary.bytes_plain},
         {"seconds", summary.seconds}});
  }
  return failed;
}

}  // namespace flowlake
