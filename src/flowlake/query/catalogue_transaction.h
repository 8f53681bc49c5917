/// What one statement sees of the lake: the first mention of a table pins its snapshot,
/// and that a name is not there is pinned too.
#pragma once

#include <duckdb.hpp>
#include <duckdb/transaction/transaction.hpp>
#include <duckdb/transaction/transaction_manager.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "flowlake/query/snapshot_table.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// Which version of a table is meant; the newest if neither is set.
struct TableMoment {
  std::optional<int64_t> version{};
  std::optional<int64_t> time_ms{};  ///< since the epoch

  bool is_newest() const { return !version && !time_ms; }
};

/// What the catalogue shows. It outlives the database.
struct CatalogueSource {
  Lake lake;
  TableMoment moment;  ///< of mentions that say nothing else with AT (…)
};

/// Thread-safe. DuckDB's exceptions pass; what cannot be read is one that says why.
class CatalogueTransaction final : public duckdb::Transaction {
 public:
  CatalogueTransaction(duckdb::TransactionManager& transactions,
                       duckdb::ClientContext& context, const CatalogueSource& source)
      : Transaction(transactions, context), source_(source) {}

  /// The table or view of that name, in any case; nullptr if there is none. The store is
  /// asked only for a table whose name is in the lake's list.
  duckdb::optional_ptr<duckdb::CatalogEntry> Find(duckdb::SchemaCatalogEntry& schema,
                                                  const duckdb::EntryLookupInfo& lookup);

  /// Names of what may be tables, and of views, sorted.
  std::vector<std::string> Names();

  /// What lists show under one of Names(); nullptr if it is no table. A table that cannot
  /// be read is shown without columns.
  duckdb::optional_ptr<duckdb::CatalogEntry> List(duckdb::SchemaCatalogEntry& schema,
                                                  const std::string& name);

 private:
  using Entry = duckdb::shared_ptr<duckdb::CatalogEntry>;
  using SharedTable = std::shared_ptr<const SnapshotTable>;
  using Key = std::tuple<std::string, std::optional<int64_t>, std::optional<int64_t>>;

  // With the mutex held.
  const std::vector<std::string>& Folders();
  std::vector<std::string> AllNames();
  std::optional<std::string> Resolve(const std::string& name);
  TableMoment DefaultMoment(const std::string& folder);
  SharedTable Load(const std::string& folder, const TableMoment& moment);
  SharedTable LoadForList(const std::string& folder);
  Entry MakeEntry(duckdb::SchemaCatalogEntry& schema, const std::string& name,
                  const TableMoment& moment);
  Entry MakeListed(duckdb::SchemaCatalogEntry& schema, const std::string& name);

  const CatalogueSource& source_;
  std::mutex mutex_;  // guards what follows
  std::optional<std::vector<std::string>> folders_;
  std::map<Key, SharedTable> tables_;  // nullptr: the folder is no table
  std::map<Key, Entry> entries_;
  std::map<std::string, Entry> listed_;
  std::string versioned_;  // the table that source_.moment.version is about
};

/// Begins and ends them with DuckDB's own.
class CatalogueTransactions final : public duckdb::TransactionManager {
 public:
  CatalogueTransactions(duckdb::AttachedDatabase& database, const CatalogueSource& source)
      : TransactionManager(database), source_(source) {}

  duckdb::Transaction& StartTransaction(duckdb::ClientContext& context) override;
  duckdb::ErrorData CommitTransaction(duckdb::ClientContext& context,
                                      duckdb::Transaction& transaction) override;
  void RollbackTransaction(duckdb::Transaction& transaction) override;
  void Checkpoint(duckdb::ClientContext&, bool) override {}

 private:
  const CatalogueSource& source_;
  std::mutex mutex_;  // guards what follows
  std::map<duckdb::Transaction*, std::unique_ptr<CatalogueTransaction>> running_;
};

}  // namespace flowlake
