/// One version of a table: which files hold its rows. Immutable.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "flowlake/base/schema.h"
#include "flowlake/table/file_list.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

struct Snapshot {
  int64_t version = -1;
  int64_t timestamp_ms = 0;  ///< of the commit
  std::string table_id;      ///< the UUID in the table's metadata
  Schema schema{"", {}};     ///< without the partition column `date`
  std::map<std::string, std::string> configuration;  ///< table properties
  std::map<std::string, int64_t> transactions;       ///< `txn`: application id -> version
  std::map<std::string, int64_t> transaction_ms;     ///< when each was set last
  /// What checkpoints repeat: TableMetadata::as_written.
  std::string metadata_text;
  FileList files;
  /// Files that were removed, sorted by path, until nobody should need them any more
  /// (the table property delta.deletedFileRetentionDuration, a week if it has none).
  std::vector<RemoveAction> tombstones;

  int64_t rows() const;
  int64_t bytes() const;
};

/// Days before were expired: their rows were removed, and logs of them are not to come
/// again. nullopt if none were. Commits set it as the version of this application.
std::optional<Date> ExpiredHorizon(const Snapshot& snapshot);
inline constexpr char kExpiredApplication[] = "flowlake.expired";

}  // namespace flowlake
