/// A ledger that the log, or the store, has lost: what can be put right, and what nobody
/// can decide. doc/ledger.md, "Repair".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct TableRepair {
  std::string table;
  /// The root that the log is to name again; nullopt: it names one, or none can be told.
  std::optional<int64_t> root{};
  /// What stays as it is, one line each, with what it means.
  std::vector<std::string> problems{};

  bool empty() const { return !root && problems.empty(); }
};

/// Of every table of which something is to be said. An error only if the lake cannot be
/// read at all.
Result<std::vector<TableRepair>> PlanRepair(const Lake& lake);

/// One commit for each table whose root is known.
Status Repair(const Lake& lake, const std::vector<TableRepair>& plan);

}  // namespace flowlake
