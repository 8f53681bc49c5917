/// Moves TABLESAMPLE SYSTEM (p PERCENT) from the plan into the scan below it, so that
/// filters reach the scan and only the sampled row groups are read.
#pragma once

#include <duckdb.hpp>

namespace flowlake {

void RegisterSampleOptimizer(duckdb::DatabaseInstance& database);

}  // namespace flowlake
