/// The scan of a table: DuckDB's own Parquet scan over the files of a snapshot, with the
/// snapshot's schema. A column that a file lacks is NULL; `date` comes from the log.
/// count(*), and minimum and maximum where the log has them exactly, are answered without
/// reading.
#pragma once

#include <duckdb.hpp>

#include "flowlake/query/mentioned_tables.h"
#include "flowlake/query/page_guard.h"
#include "flowlake/query/scan_meter.h"

namespace flowlake {

/// Registers the scan as `lake_scan`, which plans name and SQL cannot call, and
/// TABLESAMPLE SYSTEM on it. `mentioned`, `meter` and `guard` outlive the database.
/// DuckDB's exceptions pass.
void RegisterSnapshotScan(duckdb::DatabaseInstance& database, MentionedTables* mentioned,
                          ScanMeter* meter, PageGuard* guard);

/// The scan of one table, which is mentioned from now on. DuckDB's exceptions pass.
duckdb::TableFunction BindSnapshotScan(
    duckdb::ClientContext& context, const MentionedTable& table,
    duckdb::unique_ptr<duckdb::FunctionData>* bind_data);

}  // namespace flowlake
