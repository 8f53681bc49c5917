/// A lake's store as DuckDB's file system: read-only, every byte charged to a meter.
#pragma once

#include <duckdb/common/file_system.hpp>
#include <memory>
#include <string>

#include "flowlake/query/page_guard.h"
#include "flowlake/query/scan_meter.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// What the paths of a lake's data files begin with inside DuckDB.
inline constexpr char kLakeScheme[] = "lake://";

/// Marks a file that the scan of a snapshot asks for (value: its number in the snapshot);
/// the file system opens no other.
inline constexpr char kSnapshotFileOption[] = "flowlake_file";
inline constexpr char kFileSizeOption[] = "file_size";
/// The checksum of the file's footer, where the table's log has one.
inline constexpr char kFooterOption[] = "flowlake_footer";

/// Thread-safe. Opening is lazy, because DuckDB opens a file once per thread and reads
/// through few of those handles. Bytes that are not what the log and the footer say are
/// an error of the read (page_guard.h). `meter` and `guard` outlive the file system.
std::unique_ptr<duckdb::FileSystem> MakeStoreFileSystem(std::shared_ptr<Store> store,
                                                        ScanMeter* meter,
                                                        PageGuard* guard);

}  // namespace flowlake
