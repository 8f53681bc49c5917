/// Days that are older than anybody wants leave the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"
#include "flowlake/table/table.h"

namespace flowlake {

struct ExpirePlan {
  std::string table;
  Date before = 0;  ///< days before go
  int64_t days = 0;
  int64_t files = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::optional<Date> oldest;  ///< of the days that go
};

/// The first day that stays: days that ended `age_ms` ago go.
Date ExpiryDate(int64_t now_ms, int64_t age_ms);

struct LakeExpiry {
  std::vector<ExpirePlan> plans;  ///< planned, or done
  std::vector<NotATable> others;  ///< tables that are not flowlake's
  Failures failures;
};

/// Of flowlake's tables, or of those named.
Result<LakeExpiry> ExpireLake(const Lake& lake, const std::vector<std::string>& tables,
                              Date before, bool may_delete);

/// Rows without a date stay.
Result<ExpirePlan> PlanExpire(const Table& table, Date before);

/// Removes the days before `before`, and remembers it, in one commit: logs of those days
/// are not to come again (ExpiredHorizon). Files stay until vacuum. Nothing is committed
/// if there is nothing to remove. Returns what was removed.
Result<ExpirePlan> Expire(const Table& table, Date before);

}  // namespace flowlake
