/// Which objects of a table's ledger somebody may still need.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// Paths in the store of what the ledgers of the newest version and of the version of
/// `since_ms` name: of all objects that are older than that, those that counted at some
/// time since. nullopt if the log no longer says what counted then.
Result<std::optional<std::set<std::string>>> KeptLedgers(const Table& table,
                                                         const Snapshot& newest,
                                                         int64_t since_ms);

/// Whether an object is a part of a ledger; `path` is relative to the table.
bool IsLedgerObject(const std::string& path);

}  // namespace flowlake
