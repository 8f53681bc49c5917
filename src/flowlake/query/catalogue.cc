#include "flowlake/query/catalogue.h"

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_search_path.hpp>
#include <duckdb/common/string_util.hpp>
#include <duckdb/main/attached_database.hpp>
#include <duckdb/main/client_data.hpp>
#include <duckdb/main/database_manager.hpp>
#include <duckdb/parser/parsed_data/attach_info.hpp>
#include <duckdb/parser/parsed_data/create_schema_info.hpp>
#include <duckdb/planner/operator/logical_create_table.hpp>
#include <duckdb/planner/parsed_data/bound_create_table_info.hpp>
#include <duckdb/storage/database_size.hpp>
#include <duckdb/storage/storage_extension.hpp>
#include <utility>

#include "flowlake/query/catalogue_schema.h"

namespace flowlake {

namespace {

using duckdb::CatalogType;

constexpr char kStorageType[] = "flowlake";

class Catalogue final : public duckdb::Catalog {
 public:
  using Operator = duckdb::PhysicalOperator;
  using Planner = duckdb::PhysicalPlanGenerator;

  explicit Catalogue(duckdb::AttachedDatabase& database)
      : Catalog(database), info_(MakeInfo()), schema_(*this, info_) {}

  void Initialize(bool) override {}
  std::string GetCatalogType() override { return kStorageType; }
  std::string GetDefaultSchema() const override { return kDatabaseName; }
  bool SupportsTimeTravel() const override { return true; }
  bool InMemory() override { return true; }
  std::string GetDBPath() override { return ""; }
  duckdb::DatabaseSize GetDatabaseSize(duckdb::ClientContext&) override { return {}; }

  duckdb::CatalogLookupBehavior CatalogTypeLookupRule(CatalogType type) const override {
    const bool ours = type == CatalogType::TABLE_ENTRY || type == CatalogType::VIEW_ENTRY;
    return ours ? duckdb::CatalogLookupBehavior::STANDARD
                : duckdb::CatalogLookupBehavior::NEVER_LOOKUP;
  }

  duckdb::optional_ptr<duckdb::SchemaCatalogEntry> LookupSchema(
      duckdb::CatalogTransaction, const duckdb::EntryLookupInfo& lookup,
      duckdb::OnEntryNotFound if_missing) override {
    if (duckdb::StringUtil::CIEquals(lookup.GetEntryName(), kDatabaseName)) {
      return &schema_;
    }
    if (if_missing == duckdb::OnEntryNotFound::RETURN_NULL) return nullptr;
    throw duckdb::CatalogException(lookup.GetErrorContext(),
                                   "the lake has no database %s, only %s",
                                   lookup.GetEntryName(), kDatabaseName);
  }
  void ScanSchemas(duckdb::ClientContext&,
                   std::function<void(duckdb::SchemaCatalogEntry&)> callback) override {
    callback(schema_);
  }

  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSchema(
      duckdb::CatalogTransaction, duckdb::CreateSchemaInfo&) override {
    RefuseToWrite();
  }
  void DropSchema(duckdb::ClientContext&, duckdb::DropInfo&) override { RefuseToWrite(); }
  Operator& PlanCreateTableAs(duckdb::ClientContext&, Planner&,
                              duckdb::LogicalCreateTable&, Operator&) override {
    RefuseToWrite();
  }
  Operator& PlanInsert(duckdb::ClientContext&, Planner&, duckdb::LogicalInsert&,
                       duckdb::optional_ptr<Operator>) override {
    RefuseToWrite();
  }
  Operator& PlanDelete(duckdb::ClientContext&, Planner&, duckdb::LogicalDelete&,
                       Operator&) override {
    RefuseToWrite();
  }
  Operator& PlanUpdate(duckdb::ClientContext&, Planner&, duckdb::LogicalUpdate&,
                       Operator&) override {
    RefuseToWrite();
  }
  Operator& PlanMergeInto(duckdb::ClientContext&, Planner&, duckdb::LogicalMergeInto&,
                          Operator&) override {
    RefuseToWrite();
  }
  // Without these two CREATE INDEX takes the scan's data for DuckDB's own, and writes
  // into it.
  duckdb::unique_ptr<duckdb::LogicalOperator> BindCreateIndex(
      duckdb::Binder&, duckdb::CreateStatement&, duckdb::TableCatalogEntry&,
      duckdb::unique_ptr<duckdb::LogicalOperator>) override {
    RefuseToWrite();
  }
  duckdb::unique_ptr<duckdb::LogicalOperator> BindAlterAddIndex(
      duckdb::Binder&, duckdb::TableCatalogEntry&,
      duckdb::unique_ptr<duckdb::LogicalOperator>,
      duckdb::unique_ptr<duckdb::CreateIndexInfo>,
      duckdb::unique_ptr<duckdb::AlterTableInfo>) override {
    RefuseToWrite();
  }

 private:
  static duckdb::CreateSchemaInfo MakeInfo() {
    duckdb::CreateSchemaInfo info;
    info.schema = kDatabaseName;
    return info;
  }

  duckdb::CreateSchemaInfo info_;
  CatalogueSchema schema_;
};

struct Storage final : public duckdb::StorageExtensionInfo {
  explicit Storage(const CatalogueSource* source_in) : source(source_in) {}
  const CatalogueSource* source;
  bool attached = false;
};

duckdb::unique_ptr<duckdb::Catalog> Attach(
    duckdb::optional_ptr<duckdb::StorageExtensionInfo> info, duckdb::ClientContext&,
    duckdb::AttachedDatabase& database, const std::string&, duckdb::AttachInfo&,
    duckdb::AttachOptions&) {
  if (std::exchange(static_cast<Storage&>(*info).attached, true)) {
    throw duckdb::PermissionException("the lake is attached already");
  }
  return duckdb::make_uniq<Catalogue>(database);
}

duckdb::unique_ptr<duckdb::TransactionManager> MakeTransactions(
    duckdb::optional_ptr<duckdb::StorageExtensionInfo> info,
    duckdb::AttachedDatabase& database, duckdb::Catalog&) {
  return duckdb::make_uniq<CatalogueTransactions>(database,
                                                  *static_cast<Storage&>(*info).source);
}

void RegisterStorage(duckdb::DatabaseInstance& database, const CatalogueSource* source) {
  auto extension = duckdb::make_shared_ptr<duckdb::StorageExtension>();
  extension->storage_info = duckdb::make_shared_ptr<Storage>(source);
  extension->attach = Attach;
  extension->create_transaction_manager = MakeTransactions;
  duckdb::StorageExtension::Register(duckdb::DBConfig::GetConfig(database), kStorageType,
                                     extension);
}

}  // namespace

void AttachCatalogue(duckdb::Connection& connection, const CatalogueSource* source) {
  duckdb::ClientContext& context = *connection.context;
  RegisterStorage(*context.db, source);
  context.RunFunctionInTransaction([&] {
    duckdb::AttachInfo attach;
    attach.name = kCatalogueName;
    duckdb::AttachOptions options(duckdb::unordered_map<std::string, duckdb::Value>(),
                                  duckdb::AccessMode::READ_ONLY);
    options.db_type = kStorageType;
    duckdb::DatabaseManager::Get(context).AttachDatabase(context, attach, options);
  });
  context.RunFunctionInTransaction([&] {
    duckdb::ClientData::Get(context).catalog_search_path->Set(
        duckdb::CatalogSearchEntry(kCatalogueName, kDatabaseName),
        duckdb::CatalogSetPathType::SET_SCHEMA);
  });
}

}  // namespace flowlake
