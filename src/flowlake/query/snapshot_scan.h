/// The table function `lake_scan('vpc_flow')`: DuckDB's own Parquet scan over the files
/// of a snapshot, with the snapshot's schema. A column that a file lacks is NULL; `date`
/// comes from the log. count(*), and minimum and maximum where the log has them exactly,
/// are answered without reading.
#pragma once

#include <duckdb.hpp>

#include "flowlake/query/scan_meter.h"
#include "flowlake/query/snapshot_table.h"

namespace flowlake {

/// Registers the scan, and TABLESAMPLE SYSTEM on it. `catalogue` and `meter` outlive the
/// database. DuckDB's exceptions pass.
void RegisterSnapshotScan(duckdb::DatabaseInstance& database,
                          SnapshotCatalogue* catalogue, ScanMeter* meter);

}  // namespace flowlake
