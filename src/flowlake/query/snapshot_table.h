/// A snapshot in DuckDB's words: columns with types, and what is known of each file.
#pragma once

#include <duckdb.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// What is known of the values of a column in one file.
struct ValueRange {
  duckdb::Value min;
  duckdb::Value max;
  std::optional<int64_t> nulls;
  bool known = false;  ///< min and max are set
  bool exact = false;  ///< and are values that occur

  static ValueRange Of(const duckdb::Value& value);
};

/// nullopt if it is none of that type: a foreign log may have text for numbers, and
/// numbers that are no INTEGER.
std::optional<duckdb::Value> ToDuckDbValue(const Value& value,
                                           const duckdb::LogicalType& type);

/// Names for the columns of a table in SQL, where `a` and `A` are one name and none is
/// empty: `date` is the partition column's, then the first of equal names keeps it, and
/// the others get a number ("A_2"; without a name, "column_3").
std::vector<std::string> SqlNames(const Schema& schema);

/// Immutable, thread-safe. Columns are the schema's, then the partition column `date`.
class SnapshotTable {
 public:
  SnapshotTable(std::string name, std::shared_ptr<const Snapshot> snapshot);

  const std::string& name() const { return name_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  /// As SQL calls the columns: SqlNames().
  const duckdb::vector<std::string>& names() const { return names_; }
  const duckdb::vector<duckdb::LogicalType>& types() const { return types_; }
  /// The position of `date`, which is in no file.
  duckdb::idx_t partition_column() const { return names_.size() - 1; }
  /// As the log and the files call a column, which is not the partition column.
  const std::string& field_name(duckdb::idx_t column) const {
    return snapshot_->schema.field(static_cast<int>(column)).name;
  }

  duckdb::idx_t size() const { return snapshot_->files.size(); }
  const FileList& files() const { return snapshot_->files; }
  /// "lake://vpc_flow/date=…/part-….parquet".
  std::string Path(duckdb::idx_t file) const;
  duckdb::Value PartitionValue(duckdb::idx_t file) const;
  /// nullopt if nothing is known.
  std::optional<ValueRange> Range(duckdb::idx_t file, duckdb::idx_t column) const;

 private:
  std::string name_;
  std::shared_ptr<const Snapshot> snapshot_;
  duckdb::vector<std::string> names_;
  duckdb::vector<duckdb::LogicalType> types_;
};

}  // namespace flowlake
