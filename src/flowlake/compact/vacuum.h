/// Removes what no snapshot needs any more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct VacuumOptions {
  int64_t now_ms = 0;
  /// How old an object must be: longer than any writer is between a data file and its
  /// commit, and any reader of an older version. 0: the table's
  /// delta.deletedFileRetentionDuration, a week.
  int64_t retention_ms = 0;
};

/// A writer may take so long from its first data file to its commit.
inline constexpr int64_t kLeastRetentionMs = int64_t{24} * 3600 * 1000;

struct VacuumPlan {
  std::string table;
  std::vector<std::string> paths;  ///< of objects in the store, sorted
  int64_t bytes = 0;
  int64_t data_files = 0;                    ///< of paths; the others are of old ledgers
  std::vector<UnfinishedObject> unfinished;  ///< their writers were killed
  /// Why the store did not say what is unfinished: a permission that few have, a request
  /// that not every server knows. Empty if it did.
  std::string unfinished_problem;
  /// A staged edit that cannot be read, so that nobody knows which data files it names:
  /// they all stay. Empty if there is none.
  std::string staged_problem;

  bool empty() const { return paths.empty() && unfinished.empty(); }
};

/// What may go: data files that neither the newest version nor a staged edit names, and
/// that were not removed lately; parts of the ledger that have counted for no version
/// within the retention. All are older than it, and so is what is unfinished. Whatever
/// flowlake does not know in the folder stays. Invalid if the retention is below
/// kLeastRetentionMs, or longer than the table remembers its removed files.
Result<VacuumPlan> PlanVacuum(const Table& table, const VacuumOptions& options);

/// Stopped anywhere, the rest goes the next time.
Status Vacuum(const Table& table, const VacuumPlan& plan);

struct LakeVacuum {
  std::vector<VacuumPlan> plans;  ///< planned, or done
  std::vector<NotATable> others;  ///< tables that are not flowlake's
  Failures failures;
};

/// Of flowlake's tables, or of those named.
Result<LakeVacuum> VacuumLake(const Lake& lake, const std::vector<std::string>& tables,
                              const VacuumOptions& options, bool may_delete);
/// The same of one table; what fails goes to `vacuum`.
void VacuumInto(const Table& table, const VacuumOptions& options, bool may_delete,
                LakeVacuum& vacuum);

}  // namespace flowlake
