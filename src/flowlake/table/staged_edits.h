/// Edits that wait for a committer: data files that exist, and what a commit of them
/// would say, in one object each. So many writers, who would lose races to each other,
/// leave the log to one. doc/staging.md has the format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct StagedEdit {
  std::string path;       ///< of the object, in the store
  int64_t staged_ms = 0;  ///< when it was
  Edit edit;
};

/// Once this returns OK the edit's rows are sure to be in the table some day. Requires
/// that no file holds rows of two inputs: of an input that somebody else brings first,
/// the committer drops the files.
Status StageEdit(const Table& table, const Edit& edit);

/// Objects of the table's staged edits, the oldest first.
Result<std::vector<ObjectInfo>> ListStagedEdits(const Table& table);

struct StagedEdits {
  std::vector<StagedEdit> edits;
  /// Objects that are no edit that this release can read: empty, damaged, a newer
  /// release's. Nobody knows which data files they name.
  Failures unreadable;
};

/// In the order of `objects`. An edit that has been committed and deleted meanwhile is
/// left out.
StagedEdits ReadStagedEdits(const Table& table, const Schema& schema,
                            const std::vector<ObjectInfo>& objects);

/// Whether an old program staged it: of its inputs only old keys are known.
bool HasOldInputs(const Edit& edit);

/// Statistics are those that a table's log keeps. For kBoth in a form that old programs
/// read, unless an input has no old key.
std::string FormatStagedEdit(const Edit& edit, const Schema& schema, Identity identity);
/// Invalid says what is not as FormatStagedEdit writes it.
Result<Edit> ParseStagedEdit(std::string_view text, const Schema& schema);

}  // namespace flowlake
