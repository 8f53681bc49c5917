/// The lake's tables and views as a schema of DuckDB's.
#pragma once

#include <duckdb.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <functional>

namespace flowlake {

/// Every attempt to change the lake through SQL ends here.
[[noreturn]] void RefuseToWrite();

/// Thread-safe. What it shows is pinned in the statement's CatalogueTransaction.
class CatalogueSchema final : public duckdb::SchemaCatalogEntry {
 public:
  CatalogueSchema(duckdb::Catalog& catalog, duckdb::CreateSchemaInfo& info)
      : SchemaCatalogEntry(catalog, info) {}

  using Entry = duckdb::optional_ptr<duckdb::CatalogEntry>;
  using Transaction = duckdb::CatalogTransaction;

  Entry LookupEntry(Transaction transaction,
                    const duckdb::EntryLookupInfo& lookup) override;
  /// Tables and views together, as DuckDB's own schemas do.
  void Scan(duckdb::ClientContext& context, duckdb::CatalogType type,
            const std::function<void(duckdb::CatalogEntry&)>& callback) override;
  void Scan(duckdb::CatalogType,
            const std::function<void(duckdb::CatalogEntry&)>&) override {}
  /// From the names alone: the inherited one makes every entry.
  duckdb::SimilarCatalogEntry GetSimilarEntry(
      Transaction transaction, const duckdb::EntryLookupInfo& lookup) override;

  Entry CreateIndex(Transaction, duckdb::CreateIndexInfo&,
                    duckdb::TableCatalogEntry&) override {
    RefuseToWrite();
  }
  Entry CreateFunction(Transaction, duckdb::CreateFunctionInfo&) override {
    RefuseToWrite();
  }
  Entry CreateTable(Transaction, duckdb::BoundCreateTableInfo&) override {
    RefuseToWrite();
  }
  Entry CreateView(Transaction, duckdb::CreateViewInfo&) override { RefuseToWrite(); }
  Entry CreateSequence(Transaction, duckdb::CreateSequenceInfo&) override {
    RefuseToWrite();
  }
  Entry CreateTableFunction(Transaction, duckdb::CreateTableFunctionInfo&) override {
    RefuseToWrite();
  }
  Entry CreateCopyFunction(Transaction, duckdb::CreateCopyFunctionInfo&) override {
    RefuseToWrite();
  }
  Entry CreatePragmaFunction(Transaction, duckdb::CreatePragmaFunctionInfo&) override {
    RefuseToWrite();
  }
  Entry CreateCollation(Transaction, duckdb::CreateCollationInfo&) override {
    RefuseToWrite();
  }
  Entry CreateCoordinateSystem(Transaction,
                               duckdb::CreateCoordinateSystemInfo&) override {
    RefuseToWrite();
  }
  Entry CreateType(Transaction, duckdb::CreateTypeInfo&) override { RefuseToWrite(); }
  void DropEntry(duckdb::ClientContext&, duckdb::DropInfo&) override { RefuseToWrite(); }
  void Alter(Transaction, duckdb::AlterInfo&) override { RefuseToWrite(); }
};

}  // namespace flowlake
