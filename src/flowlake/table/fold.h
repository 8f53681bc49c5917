/// What a committer does: staged edits become a version of their table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct FoldOptions {
  int64_t now_ms = 0;
  /// Edits per commit, at most.
  int64_t edits_per_commit = 1000;
};

struct FoldReport {
  int64_t edits = 0;       ///< folded, and gone
  int64_t inputs = 0;      ///< that are in the table now
  int64_t duplicates = 0;  ///< inputs that somebody had brought before: dropped
  int64_t waiting = 0;     ///< edits that stay, because nobody has claimed them yet
  int64_t void_edits = 0;  ///< of which another attempt was claimed: deleted
  int64_t files = 0;
  int64_t rows = 0;
  int64_t version = -1;  ///< of the last commit; -1 if there was nothing to commit
  /// Edits that stay, one line each: too old, or with a file that is missing.
  std::vector<std::string> problems;
};

/// Commits the table's staged edits, the oldest first, then deletes their objects. An
/// input that is in the table, or twice among the edits, is taken once. Stopped anywhere,
/// and run again by anyone, also at the same time, the result is the same.
///
/// An edit older than half of delta.deletedFileRetentionDuration is refused: vacuum is
/// about to take its files for orphans of somebody who died.
Result<FoldReport> FoldStagedEdits(const Table& table, const FoldOptions& options);

}  // namespace flowlake
