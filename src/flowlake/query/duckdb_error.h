/// DuckDB throws; flowlake returns. Errors of SQL become one line that says where.
#pragma once

#include <duckdb.hpp>
#include <exception>
#include <functional>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/query/dialect.h"
#include "flowlake/query/scan_meter.h"

namespace flowlake {

/// The Status of `call`, or one for what it throws.
Status CallDuckDb(const std::string& operation, const std::function<Status()>& call);

/// As CallDuckDb, for a statement of the user: "… (line 1, column 8)". A meter that was
/// stopped makes it Cancelled, one that passed its limit says so.
Status CallQuery(const std::string& sql, const RewrittenSql& rewritten,
                 const ScanMeter* meter, const std::function<Status()>& call);

}  // namespace flowlake
