/// What compaction of a table does, from the table's properties.
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/compact/sort_order.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// doc/compaction.md has the properties' names and why these defaults.
struct CompactionSettings {
  SortOrder order;                            ///< flowlake.sort
  int64_t window_bytes = int64_t{512} << 20;  ///< flowlake.compact.window-bytes
  int64_t small_bytes = int64_t{128} << 20;   ///< flowlake.compact.small-bytes
  int64_t file_bytes = int64_t{256} << 20;    ///< flowlake.compact.file-bytes
  int64_t task_bytes = int64_t{4} << 30;      ///< flowlake.compact.task-bytes
  int64_t late_files = 8;                     ///< flowlake.compact.late-files
  /// At most; smaller windows have smaller groups.
  int64_t row_group_rows = 256 << 10;  ///< flowlake.compact.row-group-rows
  int64_t sample_rows = 10'000;        ///< flowlake.compact.sample-rows
};

/// Invalid names the property and its value.
Result<CompactionSettings> ReadCompactionSettings(const Snapshot& snapshot);

}  // namespace flowlake
