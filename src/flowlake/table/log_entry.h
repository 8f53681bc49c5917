/// One version of a table's log as actions: `_delta_log/<20 digits>.json`, one JSON
/// object per line. delta-io/delta PROTOCOL.md, "Actions"; doc/table.md says what we
/// write.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"
#include "flowlake/table/json.h"

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
  /// The action as its writer wrote it, so that nothing of it is lost in a checkpoint; ""
  /// for a new table.
  std::string as_written{};
};

/// Of files whose rows the log does not count.
inline constexpr int64_t kUnknownRows = -1;

/// Of an action that was read, `statistics` and `rows` of the file are still in `stats`,
/// and `column_bytes` in `column_sizes`: they need the schema and the properties of the
/// snapshot, and most files of a long log are no longer alive (file_statistics.h,
/// column_order.h).
struct AddAction {
  DataFile file;
  std::string stats;
  std::string column_sizes{};
};

/// A file that was in the table. Readers of older versions may still need it.
struct RemoveAction {
  std::string path;
  std::optional<Date> date;
  int64_t bytes = 0;
  int64_t deleted_ms = 0;
};

struct LogEntry {
  std::optional<CommitInfo> info;
  bool has_protocol = false;  ///< reader 1, writer 2: we know no other
  std::optional<TableMetadata> metadata;
  std::vector<AddAction> add;
  std::vector<RemoveAction> remove;
  std::map<std::string, int64_t> transactions;
  /// `lastUpdated` of those whose writer said it; the others get the commit's time.
  std::map<std::string, int64_t> transaction_ms{};
  bool data_change = true;  ///< of all add and remove actions; only written, not read
};

std::string FormatLogEntry(const LogEntry& entry);

/// TableMetadata::as_written with these properties set. Invalid if it is no metadata.
Result<std::string> WithProperties(const std::string& as_written,
                                   const std::map<std::string, std::string>& properties);

/// Each action as an object of one member: {"add": {…}}.
void ForEachAction(const LogEntry& entry, const std::function<void(Json)>& take);
/// A tag of a file, ours or another writer's.
void AddTag(std::string_view name, std::string_view value, AddAction* add);
/// Adds what `action` says to the entry; errors as of ParseLogEntry, without a line.
Status ParseAction(const Json& action, const std::string& table, LogEntry* entry);

/// `table` names the schema. Unknown actions and members are ignored, as the protocol
/// asks. Invalid names the line, and what in it is not understood: JSON, a protocol
/// version or feature, a path, a column type.
Result<LogEntry> ParseLogEntry(std::string_view text, const std::string& table);

}  // namespace flowlake
