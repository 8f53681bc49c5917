#include "flowlake/compact/compact.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "flowlake/base/large_blocks.h"
#include "flowlake/base/mutex.h"
#include "flowlake/compact/task.h"
#include "flowlake/table/own_table.h"

namespace flowlake {

namespace {
// What a task takes beside the rows that it sorts: the batches that it reads, the row
// groups that it writes and their dictionaries. Measured (doc/performance.md).
constexpr int64_t kBesideSort = int64_t{256} << 20;
// With less, runs are so short that merging them takes longer than another thread saves.
constexpr int64_t kLeastSort = int64_t{96} << 20;

struct PlannedTable {
  Table table;
  std::shared_ptr<const Snapshot> snapshot;
  CompactionSettings settings;
  CompactionPlan plan;
};

struct PlannedTask {
  const PlannedTable* table;
  const CompactionTask* task;
  TableCompaction* report;
};

Result<PlannedTable> PlanTable(const Lake& lake, const std::string& name,
                               const CompactOptions& options) {
  PlannedTable planned{lake.table(name), nullptr, {}, {}};
  ARROW_ASSIGN_OR_RAISE(planned.snapshot, planned.table.Load());
  ARROW_ASSIGN_OR_RAISE(planned.settings, ReadCompactionSettings(*planned.snapshot));
  if (!options.order.empty()) {
    ARROW_RETURN_NOT_OK(ParseSortOrder(options.order, planned.snapshot->schema)
                            .Value(&planned.settings.order));
  }
  planned.plan = PlanCompaction(*planned.snapshot, planned.settings, options.plan);
  return planned;
}

// Those that have the columns of the wanted order; an error if none has.
Result<std::vector<OwnTable>> TablesWithOrder(const std::vector<OwnTable>& tables,
                                              const std::string& order) {
  std::vector<OwnTable> having;
  Status failure;
  for (const OwnTable& table : tables) {
    failure = ParseSortOrder(order, table.head->schema).status();
    if (failure.ok()) having.push_back(table);
  }
  if (having.empty()) return failure;
  return having;
}

Result<std::vector<PlannedTable>> PlanTables(const Lake& lake,
                                             const CompactOptions& options,
                                             CompactReport& report) {
  ARROW_ASSIGN_OR_RAISE(TableSurvey survey, SurveyTables(lake, options.tables));
  report.others = std::move(survey.others);
  report.failures = std::move(survey.failures);
  if (!options.order.empty()) {
    ARROW_ASSIGN_OR_RAISE(survey.ours, TablesWithOrder(survey.ours, options.order));
  }
  std::vector<PlannedTable> planned;
  for (const OwnTable& own : survey.ours) {
    auto table = PlanTable(lake, own.name, options);
    if (!report.failures.Keep(own.name, "plan compaction", table.status())) continue;
    planned.push_back(*std::move(table));
  }
  return planned;
}

TableCompaction NothingDone(const PlannedTable& planned) {
  TableCompaction report;
  report.table = planned.table.folder();
  report.tasks = static_cast<int64_t>(planned.plan.tasks.size());
  report.waiting_files = planned.plan.waiting_files;
  return report;
}

TableCompaction Expect(const PlannedTable& planned) {
  TableCompaction expected = NothingDone(planned);
  for (const CompactionTask& task : planned.plan.tasks) {
    expected.files_before += static_cast<int64_t>(task.files.size());
    expected.bytes_before += task.bytes();
    expected.bytes_after += ExpectedBytes(task);
    expected.rows += task.rows();
  }
  return expected;
}

// A table whose tasks fail one after the other is left for the next time.
constexpr int kMostFailures = 3;

// Threads take tasks from one list until it is empty.
class Workers {
 public:
  Workers(std::vector<PlannedTask> tasks, const CompactOptions& options)
      : tasks_(std::move(tasks)), options_(options) {
    for (const PlannedTask& task : tasks_) progress_.all_bytes += 2 * task.task->bytes();
  }

  Failures Run() {
    const auto tasks = static_cast<int64_t>(tasks_.size());
    const int64_t threads_that_fit = options_.memory / (kBesideSort + kLeastSort);
    const int64_t count = std::max<int64_t>(
        1, std::min({tasks, int64_t{options_.threads}, threads_that_fit}));
    memory_ = std::max(options_.memory / count - kBesideSort, kLeastSort);
    std::vector<std::thread> threads;
    for (int64_t i = 1; i < count; ++i) threads.emplace_back([this] { Work(); });
    Work();
    for (std::thread& thread : threads) thread.join();
    const MutexLock lock(mutex_);
    return std::move(failures_);
  }

 private:
  void Work() {
    while (const PlannedTask* task = Next()) Finish(*task, RunTask(*task));
  }

  const PlannedTask* Next() {
    const MutexLock lock(mutex_);
    while (next_ < tasks_.size() && HasFailed(tasks_[next_])) ++next_;
    if (next_ == tasks_.size()) return nullptr;
    const PlannedTask& task = tasks_[next_];
    if (options_.may_begin && !options_.may_begin(task.task->bytes())) {
      next_ = tasks_.size();
      return nullptr;
    }
    ++next_;
    return &task;
  }

  bool HasFailed(const PlannedTask& task) const REQUIRES(mutex_) {
    const auto failed = failed_.find(task.table);
    return failed != failed_.end() && failed->second >= kMostFailures;
  }

  Result<TaskResult> RunTask(const PlannedTask& task) {
    TaskOptions options;
    options.sort.memory = memory_;
    options.sort.temporary_folder = options_.temporary_folder;
    options.progress = [&](int64_t bytes) { Report(task, bytes); };
    return RunCompactionTask(task.table->table, *task.table->snapshot, *task.task,
                             task.table->settings, options);
  }

  void Report(const PlannedTask& task, int64_t bytes) {
    const MutexLock lock(mutex_);
    progress_.table = task.report->table;
    progress_.done_bytes += bytes;
    if (options_.progress) options_.progress(progress_);
  }

  void Finish(const PlannedTask& task, const Result<TaskResult>& result) {
    const MutexLock lock(mutex_);
    if (!failures_.Keep(task.report->table, "compact", result.status())) {
      ++failed_[task.table];
      return;
    }
    failures_.Add(result->failures);
    TableCompaction& report = *task.report;
    report.foreign_files += static_cast<int64_t>(result->foreign.size());
    if (!result->foreign.empty()) report.foreign_example = result->foreign.front();
    if (result->replaced.empty()) return;  // nothing that can be compacted
    if (result->version < 0) {
      ++report.yielded;
      return;
    }
    ++report.done;
    report.version = std::max(report.version, result->version);
    report.files_before += static_cast<int64_t>(result->replaced.size());
    for (const DataFile& file : result->replaced) report.bytes_before += file.bytes;
    report.files_after += static_cast<int64_t>(result->files.size());
    for (const DataFile& file : result->files) {
      report.bytes_after += file.bytes;
      report.rows += file.rows;
    }
  }

  const std::vector<PlannedTask> tasks_;
  const CompactOptions& options_;
  int64_t memory_ = 0;  // of one task's sort

  Mutex mutex_;  // of the reports, too
  size_t next_ GUARDED_BY(mutex_) = 0;
  Failures failures_ GUARDED_BY(mutex_);
  // Tasks of each.
  std::map<const PlannedTable*, int> failed_ GUARDED_BY(mutex_);
  CompactProgress progress_ GUARDED_BY(mutex_);
};
}  // namespace

Result<CompactReport> Compact(const Lake& lake, const CompactOptions& options) {
  CompactReport report;
  ARROW_ASSIGN_OR_RAISE(const auto planned, PlanTables(lake, options, report));
  for (const PlannedTable& table : planned) {
    report.tables.push_back(options.dry_run ? Expect(table) : NothingDone(table));
  }
  if (options.dry_run) return report;
  ReturnLargeBlocks();

  std::vector<PlannedTask> tasks;
  for (size_t i = 0; i < planned.size(); ++i) {
    for (const CompactionTask& task : planned[i].plan.tasks) {
      tasks.push_back({&planned[i], &task, &report.tables[i]});
    }
  }
  report.failures.Add(Workers(std::move(tasks), options).Run());
  return report;
}

}  // namespace flowlake
