/// A table's persistent objects as people read them: for `flowlake dump`.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/table/ledger.h"
#include "flowlake/table/ledger_root.h"

namespace flowlake {

/// One line per action of a log entry (the text of `_delta_log/….json`), escaped for a
/// terminal. An action that flowlake would refuse or does not know is shown as it is.
/// Invalid, naming the line, only if it is not JSON.
Result<std::string> DescribeLogEntry(std::string_view text);

/// One line per bucket with its manifest, and per range with its parts.
std::string DescribeLedgerRoot(const LedgerRoot& root);
std::string DescribeLedgerManifest(const LedgerManifest& manifest);

/// The number of keys, then each on a line of its own.
std::string DescribeLedger(const Ledger& ledger);

}  // namespace flowlake
