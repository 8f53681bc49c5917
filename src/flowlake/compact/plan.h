/// Which files of a table are to be rewritten, and together with which.
///
/// The files of one day are the unit. Its windows are the smallest of 1, 2, 3, 6, 12 and
/// 24 hours that hold `window_bytes` on average. A file that no compaction wrote is
/// fresh; it is due two hours after the end of its last window. Fresh files that are due
/// are taken in the order of their first windows, into tasks of at most `task_bytes`.
/// Where every window of a task has been compacted before, its files are late: they wait
/// until there are `late_files` of them or `small_bytes`. A task takes along what
/// compaction made of its windows where that is small itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/compact/settings.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

struct PlanOptions {
  int64_t now = 0;           ///< microseconds since the epoch
  std::optional<Date> from;  ///< days before are left alone
  std::optional<Date> to;    ///< days behind are left alone
  /// What is not due too, and what is late, and what is sorted in another order.
  bool all = false;
};

/// One rewrite, one commit.
struct CompactionTask {
  std::optional<Date> date;
  int window_hours = 24;
  std::vector<DataFile> files;

  int64_t bytes() const;
  int64_t rows() const;
};

struct CompactionPlan {
  std::vector<CompactionTask> tasks;  ///< the oldest day first
  int64_t waiting_files = 0;          ///< fresh, but not due or too few
};

CompactionPlan PlanCompaction(const Snapshot& snapshot,
                              const CompactionSettings& settings,
                              const PlanOptions& options);

/// What the task's files will have, near enough for a plan: measured on flow logs.
int64_t ExpectedBytes(const CompactionTask& task);

}  // namespace flowlake
