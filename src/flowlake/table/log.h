/// The folder `_delta_log` of a table: which versions there are, and their text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

/// Objects that make one checkpoint.
struct CheckpointFiles {
  int64_t version = 0;
  std::vector<std::string> paths;  ///< in the store
};

struct LogListing {
  std::vector<int64_t> versions;             ///< of the JSON entries, ascending
  std::vector<CheckpointFiles> checkpoints;  ///< that are complete, ascending
  /// Versions of checkpoints of a kind that flowlake does not read, ascending.
  std::vector<int64_t> unreadable;

  bool empty() const {
    return versions.empty() && checkpoints.empty() && unreadable.empty();
  }
  /// -1 if empty().
  int64_t newest() const;
};

/// What the log has of versions from `from` on. Empty if there is no such table. Files
/// that are neither entries nor checkpoints are ignored.
Result<LogListing> ListLog(Store& store, const std::string& table_folder,
                           int64_t from = 0);

/// "vpc_flow/_delta_log/00000000000000000007.json".
std::string LogEntryPath(const std::string& table_folder, int64_t version);
/// "vpc_flow/_delta_log/00000000000000000010.checkpoint.parquet".
std::string CheckpointPath(const std::string& table_folder, int64_t version);

/// Errors name table, version and file.
Result<LogEntry> ReadLogEntry(Store& store, const std::string& table_folder,
                              int64_t version);

/// Several, at the same time: entries are small, and far away. In the order of
/// `versions`.
std::vector<Result<LogEntry>> ReadLogEntries(Store& store,
                                             const std::string& table_folder,
                                             const std::vector<int64_t>& versions);

}  // namespace flowlake
