/// DuckDB's Parquet reader for one file of a snapshot: calls the file's columns as the
/// table does, says to the meter what its footer says, and hands out only the row groups
/// that are in the sample.
#pragma once

#include <duckdb.hpp>
#include <parquet_reader.hpp>
#include <set>

#include "flowlake/query/page_guard.h"
#include "flowlake/query/scan_meter.h"
#include "flowlake/query/snapshot_table.h"

namespace flowlake {

class MeteredParquetReader final : public duckdb::ParquetReader {
 public:
  /// `meter` and `guard` outlive the reader.
  MeteredParquetReader(duckdb::ClientContext& context, duckdb::OpenFileInfo file,
                       const SnapshotTable& table, ScanMeter* meter, PageGuard* guard);

  /// Called under the scan's lock, once per row group.
  bool TryInitializeScan(duckdb::ClientContext& context,
                         duckdb::GlobalTableFunctionState& global,
                         duckdb::LocalTableFunctionState& local) override;

 private:
  void ReadTimestampsWithoutZone();
  void NameColumns(const SnapshotTable& table);
  void ChooseRowGroups();
  FileLayout Layout() const;
  void Guard(PageGuard& guard) const;

  ScanMeter& meter_;
  bool described_ = false;
  bool sampled_ = false;
  std::set<int64_t> chosen_;  // of a sample
  int64_t next_ = 0;
};

}  // namespace flowlake
