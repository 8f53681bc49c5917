#include "flowlake/server/upkeep.h"

#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/log.h"
#include "flowlake/compact/maintain.h"
#include "flowlake/server/lake_writer.h"

namespace flowlake {

namespace {

void LogFolds(const std::vector<TableFold>& folds, Metrics& metrics) {
  Failures failures;
  for (const auto& [table, report] : folds) {
    for (const std::string& problem : report.problems) {
      failures.Keep(table, "commit staged edits", Status::IOError(problem));
    }
    if (report.edits == 0) continue;
    Log(LogLevel::kInfo, "committed staged edits",
        {{"table", table}, {"edits", report.edits}, {"rows", report.rows}});
  }
  LogFailures(failures);
  metrics.Count(failures);
}

void LogCompaction(const CompactReport& report) {
  for (const TableCompaction& table : report.tables) {
    if (table.done == 0) continue;
    Log(LogLevel::kInfo, "compacted",
        {{"table", table.table},
         {"tasks", table.done},
         {"files_before", table.files_before},
         {"files_after", table.files_after}});
  }
}

Result<int64_t> FilesToCompact(const Lake& lake) {
  CompactOptions options;
  options.plan.now = NowMicros();
  options.dry_run = true;
  ARROW_ASSIGN_OR_RAISE(const CompactReport report, Compact(lake, options));
  int64_t files = 0;
  for (const TableCompaction& table : report.tables) files += table.files_before;
  return files;
}

}  // namespace

Status CommitStaged(const Lake& lake, Metrics& metrics) {
  ARROW_ASSIGN_OR_RAISE(metrics.staged_oldest_ms, OldestStagedMs(lake));
  if (metrics.staged_oldest_ms == 0) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto folds, FoldLake(lake, NowMicros() / 1000));
  LogFolds(folds, metrics);
  ARROW_ASSIGN_OR_RAISE(metrics.staged_oldest_ms, OldestStagedMs(lake));
  return Status::OK();
}

Status KeepUp(const Lake& lake, const UpkeepOptions& options, Metrics& metrics) {
  ARROW_ASSIGN_OR_RAISE(metrics.compaction_files, FilesToCompact(lake));
  MaintainOptions maintain;
  maintain.now_ms = NowMicros() / 1000;
  maintain.compact.plan.now = maintain.now_ms * 1000;
  maintain.compact.memory = options.memory_bytes;
  maintain.compact.may_begin = [&](int64_t) { return !options.is_stopping; };
  maintain.may_delete = options.may_delete;
  ARROW_ASSIGN_OR_RAISE(maintain.settings, ReadMaintainSettings(lake));
  ARROW_ASSIGN_OR_RAISE(const MaintainReport report, Maintain(lake, maintain));
  LogFolds(report.folds, metrics);
  LogFailures(report.failures);
  metrics.Count(report.failures);
  LogCompaction(report.compaction);
  ARROW_ASSIGN_OR_RAISE(metrics.compaction_files, FilesToCompact(lake));
  return Status::OK();
}

}  // namespace flowlake
