/// The versions of a table: who committed what, when, and the way back to one of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/snapshot.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// One entry of the log.
struct Commit {
  int64_t version = 0;
  /// By the writer's clock; by the store's if the writer did not say.
  int64_t timestamp_ms = 0;
  std::string operation;  ///< "WRITE"; "" if the writer did not say
  std::map<std::string, std::string> parameters;
  std::string engine;
  int64_t files_added = 0;
  int64_t files_removed = 0;
  int64_t rows_added = 0;  ///< of the files that the entry counts
};

/// The newest `limit` versions whose entries the log still has, the newest first.
Result<std::vector<Commit>> ReadHistory(const Table& table, int64_t limit);

/// The newest version committed at or before that time. Invalid if the log does not go
/// back so far, and says how far it does.
Result<int64_t> VersionAt(const Table& table, int64_t timestamp_ms);

/// An older version, all of whose files are still there; an error names the version and
/// one of the files that vacuum has removed since.
Result<std::shared_ptr<const Snapshot>> LoadPast(const Table& table, int64_t version);

}  // namespace flowlake
