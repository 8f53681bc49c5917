/// A finished Parquet file of the lake, as the table's log describes it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "flowlake/base/date.h"
#include "flowlake/base/value.h"

namespace flowlake {

/// Of one column in one file. An unset minimum or maximum means "not known", or that
/// every value is NULL.
struct ColumnStatistics {
  int64_t null_count = 0;
  std::optional<Value> min;
  std::optional<Value> max;
  /// Both are values that occur; false where a long string was cut to a bound, or a
  /// timestamp to milliseconds: then there may be values up to one above `max`.
  bool exact = true;

  friend bool operator==(const ColumnStatistics&, const ColumnStatistics&) = default;
};

/// Tags of a DataFile that compaction wrote. `flowlake.sample` is the share of its
/// window's rows that a file holds as a random sample ("0.1"), or "rest": all others of a
/// window that has a sample. `flowlake.window` is the window's begin and length
/// ("2026-09-21T06/3"), `flowlake.sorted` the order of the rows
/// ("action,srcaddr,dstaddr,start"), `flowlake.group_rows` the rows of its full row
/// groups.
inline constexpr char kSampleTag[] = "flowlake.sample";
inline constexpr char kWindowTag[] = "flowlake.window";
inline constexpr char kSortedTag[] = "flowlake.sorted";
inline constexpr char kGroupRowsTag[] = "flowlake.group_rows";
inline constexpr char kSampleRest[] = "rest";

/// Immutable after construction. A column that is in none of the maps is not in the file:
/// its values are NULL.
struct DataFile {
  std::string path;  ///< relative to the table: "date=2026-09-21/part-<uuid>.parquet"
  std::optional<Date> date;  ///< the partition; nullopt is the null partition
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t modified_ms = 0;
  /// By column name. As written: every column of the file. As read from a table's log:
  /// the few that the log keeps.
  std::map<std::string, ColumnStatistics> statistics;
  /// By column name: compressed bytes of its pages, over all row groups. Empty if unknown
  /// (a foreign writer's file).
  std::map<std::string, int64_t> column_bytes;
  /// Our own remarks in the table's log, by name; the names are below. Foreign writers'
  /// files have none.
  std::map<std::string, std::string> tags{};

  friend bool operator==(const DataFile&, const DataFile&) = default;
};

/// "date=2026-09-21", or "date=__HIVE_DEFAULT_PARTITION__" for the null partition.
std::string PartitionFolder(std::optional<Date> date);

}  // namespace flowlake
