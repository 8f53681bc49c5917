#include "flowlake/query/catalogue_table.h"

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/parser/parsed_data/create_table_info.hpp>

#include "flowlake/query/snapshot_scan.h"

namespace flowlake {

namespace {

duckdb::CreateTableInfo InfoOf(duckdb::SchemaCatalogEntry& schema,
                               const std::string& name, const SnapshotTable* table) {
  duckdb::CreateTableInfo info(schema, name);
  if (table == nullptr) return info;
  for (size_t i = 0; i < table->names().size(); ++i) {
    info.columns.AddColumn(
        duckdb::ColumnDefinition(table->names()[i], table->types()[i]));
  }
  return info;
}

}  // namespace

CatalogueTable::CatalogueTable(duckdb::SchemaCatalogEntry& schema,
                               duckdb::CreateTableInfo& info,
                               std::shared_ptr<const SnapshotTable> table)
    : TableCatalogEntry(schema.catalog, schema, info), table_(std::move(table)) {}

duckdb::shared_ptr<CatalogueTable> CatalogueTable::Make(
    duckdb::SchemaCatalogEntry& schema, std::shared_ptr<const SnapshotTable> table) {
  auto info = InfoOf(schema, table->name(), table.get());
  auto entry = duckdb::make_shared_ptr<CatalogueTable>(schema, info, std::move(table));
  entry->self_ = entry;
  return entry;
}

duckdb::shared_ptr<CatalogueTable> CatalogueTable::MakeListed(
    duckdb::SchemaCatalogEntry& schema, const std::string& name,
    const SnapshotTable* head) {
  auto info = InfoOf(schema, name, head);
  return duckdb::make_shared_ptr<CatalogueTable>(schema, info, nullptr);
}

duckdb::TableFunction CatalogueTable::GetScanFunction(
    duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::FunctionData>& bind_data) {
  if (table_ == nullptr) {
    auto& table = duckdb::Catalog::GetEntry<TableCatalogEntry>(context, catalog.GetName(),
                                                               schema.name, name);
    return table.GetScanFunction(context, bind_data);
  }
  const MentionedTable mentioned{table_, self_.lock()};
  return BindSnapshotScan(context, mentioned, &bind_data);
}

duckdb::TableStorageInfo CatalogueTable::GetStorageInfo(duckdb::ClientContext&) {
  duckdb::TableStorageInfo info;
  if (table_ != nullptr) {
    info.cardinality = static_cast<duckdb::idx_t>(table_->snapshot().rows());
  }
  return info;
}

duckdb::virtual_column_map_t CatalogueTable::GetVirtualColumns() const {
  duckdb::virtual_column_map_t columns;
  columns.emplace(duckdb::COLUMN_IDENTIFIER_EMPTY,  // what count(*) asks for
                  duckdb::TableColumn("", duckdb::LogicalType::BOOLEAN));
  return columns;
}

}  // namespace flowlake
