/// Everything that a lake needs to look after itself, in the right order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/compact/compact.h"
#include "flowlake/compact/expire.h"
#include "flowlake/compact/maintain_settings.h"
#include "flowlake/compact/vacuum.h"
#include "flowlake/table/fold.h"
#include "flowlake/table/lake.h"
#include "flowlake/table/manifest.h"

namespace flowlake {

struct TableFold {
  std::string table;
  FoldReport report;
};

/// Commits the staged edits of every table: rejects first, then the records, so that an
/// input is done when its last table has it. (An input whose rejects wait in a later
/// listing follows with the next call: its edit is durable.) A table that fails has that
/// among its problems.
Result<std::vector<TableFold>> FoldLake(const Lake& lake, int64_t now_ms);

/// When the oldest edit was staged that no commit has, milliseconds since the epoch; 0 if
/// there is none.
Result<int64_t> OldestStagedMs(const Lake& lake);

struct MaintainOptions {
  int64_t now_ms = 0;
  MaintainSettings settings{};
  CompactOptions compact{};
  /// Expires and vacuums; without it, what would be deleted is only planned.
  bool may_delete = false;
};

struct MaintainReport {
  std::vector<TableFold> folds;
  CompactReport compaction;
  std::vector<ExpirePlan> expired;   ///< planned, or done
  std::vector<VacuumPlan> vacuumed;  ///< planned, or done
  ManifestReport manifests;
  /// Entries with statistics of old programs (table/mend_statistics.h).
  int64_t mended = 0;
  std::vector<NotATable> others;  ///< tables that are not flowlake's
  Failures failures;              ///< of all but the folds, whose problems say it
};

/// Staged edits, compaction, expiry, vacuum, statistics, a checkpoint, manifests: table
/// by table. May run at the same time as any writer, and as itself. What fails, by table
/// and step, is in the report, and the rest goes on; an error only if the lake cannot be
/// listed.
Result<MaintainReport> Maintain(const Lake& lake, const MaintainOptions& options);

}  // namespace flowlake
