/// Table properties: ours, and Delta's own so far as they bind a writer: PROTOCOL.md, and
/// docs.delta.io, "Delta table properties reference".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// The column of the instant that a row belongs to, where its name does not tell.
inline constexpr char kTimeProperty[] = "flowlake.time";
/// What compaction sorts by: "elb,time".
inline constexpr char kSortProperty[] = "flowlake.sort";
/// Columns that get statistics and Bloom filters: "client_ip,trace_id".
inline constexpr char kLookupsProperty[] = "flowlake.lookups";

/// The columns whose statistics each entry has: Delta's own.
inline constexpr char kStatisticsProperty[] = "delta.dataSkippingStatsColumns";
/// The order of the columns' sizes in a file's tag (column_order.h).
inline constexpr char kColumnOrderProperty[] = "flowlake.column_order";

/// What the ledger records of an input: "blake3", or "both" (also without it).
inline constexpr char kIdentityProperty[] = "flowlake.identity";
/// The least version of a writer that may change the table; 1 without it.
inline constexpr char kMinWriterProperty[] = "flowlake.min_writer";

/// The version of the table's ledger, 1 without it: doc/ledger.md.
inline constexpr char kLedgerProperty[] = "flowlake.ledger";

using TableProperties = std::map<std::string, std::string>;

/// delta.deletedFileRetentionDuration, a week without it: how long files that were
/// removed stay, for readers of older versions.
int64_t DeletedFileRetentionMs(const TableProperties& properties);
/// delta.logRetentionDuration, 30 days without it: how long older versions can be read.
int64_t LogRetentionMs(const TableProperties& properties);
/// delta.enableExpiredLogCleanup, true without it.
bool CleansUpLog(const TableProperties& properties);
/// delta.checkpointInterval, 10 without it: commits between checkpoints.
int64_t CheckpointInterval(const TableProperties& properties);
/// delta.compatibility.symlinkFormatManifest.enabled, false without it.
bool HasManifests(const TableProperties& properties);

/// delta.dataSkippingNumIndexedCols, 32 without it: of so many first columns statistics
/// are kept where the property above is missing; nullopt: of all.
std::optional<int64_t> IndexedColumns(const TableProperties& properties);

/// doc/ledger.md, "Tables of old programs".
enum class Identity {
  kBoth,    ///< keys of programs that know XXH3 alone, too
  kBlake3,  ///< keys alone
};
Identity IdentityOf(const TableProperties& properties);
/// What a table of this identity says of itself, so that programs know it.
TableProperties IdentityProperties(Identity identity);

/// Whether the table's ledger hangs on one root (doc/ledger.md, "Version 2").
bool HasLedgerRoot(const TableProperties& properties);
/// What a table says of itself that is made now, or upgraded: keys alone, and one root.
TableProperties LedgerRootProperties();

/// The version of this program as a writer: it knows ledgers of version 2.
inline constexpr int64_t kWriterVersion = 3;
/// Invalid if the properties ask for a newer writer. Every verb that writes looks first.
Status CheckMayWrite(const TableProperties& properties, const std::string& table);

/// Of "interval 1 week", "30 days", "interval 36 hours 30 minutes"; nullopt if it is no
/// sum of weeks, days, hours, minutes, seconds and milliseconds.
std::optional<int64_t> ParseInterval(std::string_view text);

}  // namespace flowlake
