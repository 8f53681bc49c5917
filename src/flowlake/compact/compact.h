/// Compaction: small files in order of arrival become large sorted ones.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/compact/plan.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct CompactProgress {
  std::string table;
  int64_t done_bytes = 0;  ///< of the input, over all tables
  int64_t all_bytes = 0;
};

struct CompactOptions {
  PlanOptions plan{};
  std::vector<std::string> tables{};  ///< empty: all of the lake
  /// "": each table's property. Else only tables with these columns are compacted.
  std::string order{};
  /// Plans, and reports what would be done.
  bool dry_run = false;
  /// Tasks at the same time; they share the memory.
  int threads = 1;
  int64_t memory = int64_t{1} << 30;
  std::string temporary_folder{};  ///< of sorted runs; "": the system's
  /// Called from any thread, one call at a time.
  std::function<void(const CompactProgress&)> progress{};
  /// Asked before each task, with the bytes that it reads, likewise. False ends the
  /// compaction: what is left is for the next call.
  std::function<bool(int64_t bytes)> may_begin{};
};

struct TableCompaction {
  std::string table;
  int64_t tasks = 0;  ///< planned
  int64_t done = 0;   ///< and committed; none in a dry run
  /// Another writer replaced the task's files first; nothing of it was committed.
  int64_t yielded = 0;
  int64_t files_before = 0;  ///< of the tasks done, or planned in a dry run
  int64_t files_after = 0;   ///< 0 in a dry run
  int64_t bytes_before = 0;
  int64_t bytes_after = 0;  ///< an estimate in a dry run
  int64_t rows = 0;
  int64_t waiting_files = 0;
  /// Files of the tasks that stay as they are, because they have columns that the table
  /// does not have, or has as something else.
  int64_t foreign_files = 0;
  std::string foreign_example;  ///< which, and what it is of one of them
  int64_t version = -1;         ///< of the last commit
};

struct CompactReport {
  std::vector<TableCompaction> tables;
  std::vector<NotATable> others;  ///< tables that are not flowlake's
  Failures failures;
};

/// Rewrites what the plan says, a commit per task. Rows stay the same; readers and
/// appenders are not disturbed; old files stay for older snapshots until vacuum. What
/// fails is a failure of the report, and the rest goes on; the next call tries it again.
Result<CompactReport> Compact(const Lake& lake, const CompactOptions& options);

}  // namespace flowlake
