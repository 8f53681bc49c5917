/// What a query would read, from its plan, the log and some footers.
#pragma once

#include <duckdb.hpp>

#include "flowlake/query/engine.h"
#include "flowlake/query/mentioned_tables.h"
#include "flowlake/store/store.h"

namespace flowlake {

struct EstimateInput {
  duckdb::Connection& connection;
  const MentionedTables& mentioned;
  Store& store;
};

/// Plans `statement` and adds up what its scans would fetch of the files that survive. At
/// most 64 footers of a scan are read, evenly spread; the other files are taken from the
/// log, corrected as those were. These reads are not metered. "At most" where a limit or
/// a join may end a scan early, or a filter may leave no row of a row group that its
/// statistics let through. DuckDB's exceptions pass.
Result<QueryStatistics> EstimateQuery(const EstimateInput& input,
                                      duckdb::unique_ptr<duckdb::SQLStatement> statement);

}  // namespace flowlake
