/// A table of the lake as an entry of the catalogue.
#pragma once

#include <duckdb.hpp>
#include <duckdb/catalog/catalog_entry/table_catalog_entry.hpp>
#include <duckdb/storage/table_storage_info.hpp>
#include <memory>
#include <string>

#include "flowlake/query/snapshot_table.h"

namespace flowlake {

/// Immutable, thread-safe. DuckDB's exceptions pass.
///
/// Hidden columns, when there are some, must be known in three places that agree: here in
/// GetVirtualColumns() (what a query may name), in the scan's get_virtual_columns, and in
/// the reader, which has their values. Their ids begin a thousand above
/// VIRTUAL_COLUMN_START: the first ones are DuckDB's own.
class CatalogueTable final : public duckdb::TableCatalogEntry {
 public:
  /// One version of a table, to be scanned.
  static duckdb::shared_ptr<CatalogueTable> Make(
      duckdb::SchemaCatalogEntry& schema, std::shared_ptr<const SnapshotTable> table);

  /// What lists of tables show: `head` has no files, and is nullptr if the table cannot
  /// be read; then it has no columns. A scan of it looks the table up.
  static duckdb::shared_ptr<CatalogueTable> MakeListed(duckdb::SchemaCatalogEntry& schema,
                                                       const std::string& name,
                                                       const SnapshotTable* head);

  CatalogueTable(duckdb::SchemaCatalogEntry& schema, duckdb::CreateTableInfo& info,
                 std::shared_ptr<const SnapshotTable> table);

  duckdb::TableFunction GetScanFunction(
      duckdb::ClientContext& context,
      duckdb::unique_ptr<duckdb::FunctionData>& bind_data) override;
  duckdb::TableStorageInfo GetStorageInfo(duckdb::ClientContext& context) override;
  duckdb::unique_ptr<duckdb::BaseStatistics> GetStatistics(duckdb::ClientContext&,
                                                           duckdb::column_t) override {
    return nullptr;  // the scan has them
  }
  duckdb::virtual_column_map_t GetVirtualColumns() const override;
  duckdb::vector<duckdb::column_t> GetRowIdColumns() const override { return {}; }

 private:
  std::shared_ptr<const SnapshotTable> table_;  // nullptr if it is only listed
  duckdb::weak_ptr<CatalogueTable> self_;       // plans keep their entry alive
};

}  // namespace flowlake
