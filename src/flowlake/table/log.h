/// The folder `_delta_log` of a table: which versions there are, and their text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

struct LogListing {
  std::vector<int64_t> versions;     ///< of the JSON entries, ascending
  std::vector<int64_t> checkpoints;  ///< of any kind, ascending

  bool empty() const { return versions.empty() && checkpoints.empty(); }
  /// Requires !empty().
  int64_t newest() const;
};

/// Empty if there is no such table. Files that are neither entries nor checkpoints are
/// ignored.
Result<LogListing> ListLog(Store& store, const std::string& table_folder);

/// "vpc_flow/_delta_log/00000000000000000007.json".
std::string LogEntryPath(const std::string& table_folder, int64_t version);

/// Errors name table, version and file.
Result<LogEntry> ReadLogEntry(Store& store, const std::string& table_folder,
                              int64_t version);

}  // namespace flowlake
