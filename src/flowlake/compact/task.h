/// One task of a plan: its files, rewritten and replaced in one commit.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/compact/external_sort.h"
#include "flowlake/compact/plan.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct TaskOptions {
  ExternalSortOptions sort{};
  /// Called with bytes of the input as they are read, and again as their rows are
  /// written: in sum with twice the task's.
  std::function<void(int64_t)> progress{};
  /// For tests: makes of the rows that were read what a fault of ours would.
  std::function<Columns(Columns)> fault{};
};

struct TaskResult {
  int64_t version = -1;  ///< -1: another writer replaced a file of the task first
  std::vector<DataFile> files;
  std::vector<DataFile> replaced;  ///< what became of them; nothing: there was no work
  /// Files with columns that the table does not have, or has as something else, each with
  /// what that is: they stay, since their values would be lost.
  std::vector<std::string> foreign;
  Failures failures;  ///< files that cannot be read: they stay
};

/// `snapshot` is where the task was planned. A file that cannot be rewritten stays, and
/// the others are compacted without it. Before the commit, the files
/// written are read back and held against what the input's tags say of its rows, or
/// against what was read where a file has none (datafile/content_sum.h); IOError where
/// they differ.
Result<TaskResult> RunCompactionTask(const Table& table, const Snapshot& snapshot,
                                     const CompactionTask& task,
                                     const CompactionSettings& settings,
                                     const TaskOptions& options);

}  // namespace flowlake
