/// The end of the time in which old programs write to a lake: its tables record keys
/// alone from then on. doc/ledger.md, "Tables of old programs".
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct UpgradePlan {
  std::vector<std::string> tables;  ///< that would change; empty: all are as they should
  /// What keeps them from it, one line each: objects of edits that old programs staged.
  std::vector<std::string> waiting;
  /// Tables that cannot be opened or looked through: they stay as they are.
  Failures failures;
};

Result<UpgradePlan> PlanUpgrade(const Lake& lake);

/// One commit for each table of the plan. Invalid, and nothing is changed, if something
/// keeps it. After an error the next call does the rest.
Status Upgrade(const Lake& lake, const UpgradePlan& plan);

}  // namespace flowlake
