/// The tables that the running statement reads: their sizes are part of its answer, and
/// copies of its plan find them again.
#pragma once

#include <cstdint>
#include <duckdb.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/query/snapshot_table.h"

namespace flowlake {

/// A version of a table and its entry in the catalogue, which lives as long as a plan
/// that has it.
struct MentionedTable {
  std::shared_ptr<const SnapshotTable> table;
  duckdb::shared_ptr<duckdb::TableCatalogEntry> entry;
};

/// Thread-safe.
class MentionedTables {
 public:
  /// A new statement begins.
  void Clear();
  /// A table that is there already is there once.
  void Add(const MentionedTable& mentioned);
  /// nullopt if the statement did not mention that version of the table.
  std::optional<MentionedTable> Find(const std::string& name, int64_t version) const;
  /// In the order of their first mention. Two versions of a table are two.
  std::vector<std::shared_ptr<const SnapshotTable>> tables() const;

 private:
  mutable std::mutex mutex_;
  std::vector<MentionedTable> all_;
};

}  // namespace flowlake
