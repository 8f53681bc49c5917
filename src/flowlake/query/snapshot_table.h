/// A snapshot in DuckDB's words: columns with types, and what is known of each file.
#pragma once

#include <duckdb.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

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

/// Immutable, thread-safe. Columns are the schema's, then the partition column `date`.
class SnapshotTable {
 public:
  SnapshotTable(std::string name, std::shared_ptr<const Snapshot> snapshot);

  const std::string& name() const { return name_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  const duckdb::vector<std::string>& names() const { return names_; }
  const duckdb::vector<duckdb::LogicalType>& types() const { return types_; }
  /// The position of `date`, which is in no file.
  duckdb::idx_t partition_column() const { return names_.size() - 1; }

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

/// The tables as one statement sees them: the first mention pins a table's snapshot.
/// Thread-safe.
class SnapshotCatalogue {
 public:
  using Loader =
      std::function<Result<std::shared_ptr<const Snapshot>>(const std::string&)>;
  explicit SnapshotCatalogue(Loader load) : load_(std::move(load)) {}

  Result<std::shared_ptr<const SnapshotTable>> Get(const std::string& name);
  /// Those that were mentioned since the last Unpin().
  std::map<std::string, std::shared_ptr<const SnapshotTable>> pinned() const;
  void Unpin();

 private:
  Loader load_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const SnapshotTable>> pinned_;
};

}  // namespace flowlake
