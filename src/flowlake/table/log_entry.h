/// One version of a table's log as actions: `_delta_log/<20 digits>.json`, one JSON
/// object per line. delta-io/delta PROTOCOL.md, "Actions"; doc/table.md says what we
/// write.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"

namespace flowlake {

/// Provenance. Readers ignore it, but for the UUID by which a writer knows its own
/// commit.
struct CommitInfo {
  int64_t timestamp_ms = 0;
  std::string operation;
  std::map<std::string, std::string> parameters;
  std::string engine;
  std::string uuid;  ///< `flowlake.commit`; empty in a foreign writer's entry
};

struct TableMetadata {
  std::string id;
  Schema schema{"", {}};
  std::map<std::string, std::string> configuration;
  int64_t created_ms = 0;
};

/// `statistics` and `rows` of the file are still in `stats`: they need the schema of the
/// snapshot, and most files of a long log are no longer alive (file_statistics.h).
struct AddAction {
  DataFile file;
  std::string stats;
};

struct RemoveAction {
  std::string path;
  std::optional<Date> date;
  int64_t bytes = 0;
};

struct LogEntry {
  std::optional<CommitInfo> info;
  bool has_protocol = false;  ///< reader 1, writer 2: we know no other
  std::optional<TableMetadata> metadata;
  std::vector<AddAction> add;
  std::vector<RemoveAction> remove;
  std::map<std::string, int64_t> transactions;
  bool data_change = true;  ///< of all add and remove actions; only written, not read
};

std::string FormatLogEntry(const LogEntry& entry);

/// `table` names the schema. Unknown actions and members are ignored, as the protocol
/// asks. Invalid names the line, and what in it is not understood: JSON, a protocol
/// version or feature, a path, a column type.
Result<LogEntry> ParseLogEntry(std::string_view text, const std::string& table);

}  // namespace flowlake
