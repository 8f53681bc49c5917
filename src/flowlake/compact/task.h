/// One task of a plan: its files, rewritten and replaced in one commit.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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
};

struct TaskResult {
  int64_t version = -1;  ///< -1: another writer replaced a file of the task first
  std::vector<DataFile> files;
};

/// `snapshot` is where the task was planned.
Result<TaskResult> RunCompactionTask(const Table& table, const Snapshot& snapshot,
                                     const CompactionTask& task,
                                     const CompactionSettings& settings,
                                     const TaskOptions& options);

}  // namespace flowlake
