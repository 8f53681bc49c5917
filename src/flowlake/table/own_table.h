/// Which tables of a lake are flowlake's. Verbs that write touch no others: whatever else
/// lies below a lake's root is somebody's, and can only be queried.
///
/// A table of ours says so in its properties, `flowlake.table` = "<kind>/<metaData.id>".
/// The id has to match because clones carry properties, the kind has to be the folder's
/// name because a copy in the file system carries both. Tables that programs before
/// December 2026 made have no mark: there the proof is a folder of the name of a kind
/// *and* a ledger, or the creation by flowlake where no rows have come yet. The columns
/// prove nothing. The next commit marks them.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

inline constexpr char kMarkProperty[] = "flowlake.table";

/// The value of the mark.
std::string MarkOf(const std::string& kind, const std::string& table_id);

/// Invalid if the table has a mark that is another table's.
Status CheckMark(const Snapshot& head, const std::string& folder);

/// Whether it remembers inputs, as no table of another program does.
bool HasLedger(const Snapshot& head);

/// Not thread-safe.
class TableOwner {
 public:
  explicit TableOwner(const Lake& lake) : lake_(lake) {}

  /// An error only where the log has to be asked and cannot be read.
  Result<bool> IsOurs(const std::string& folder, const Snapshot& head);
  /// Whether flowlake makes tables of this name: of built-in kinds and of the [[log]]s of
  /// the lake's file and the host's.
  bool IsKind(const std::string& folder);

 private:
  const Lake& lake_;
  std::optional<std::set<std::string>> described_;  // tables of [[log]]s
};

inline constexpr char kNotOurs[] = "not flowlake's: left alone";

struct OwnTable {
  std::string name;
  std::shared_ptr<const Snapshot> head;  ///< without its files
};

/// The tables of a lake, for whoever writes.
struct TableSurvey {
  std::vector<OwnTable> ours;
  std::vector<NotATable> others;  ///< each with the reason, which begins with kNotOurs
  Failures failures;              ///< tables of ours that cannot be opened, or written to
};

/// An error only if the lake cannot be listed, or if a table that is `wanted` by name
/// does not exist or is not flowlake's. All of them if none is wanted.
Result<TableSurvey> SurveyTables(const Lake& lake,
                                 const std::vector<std::string>& wanted = {});

}  // namespace flowlake
