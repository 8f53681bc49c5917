#include "flowlake/query/catalogue_schema.h"

#include <duckdb/common/string_util.hpp>

#include "flowlake/query/catalogue_transaction.h"

namespace flowlake {

namespace {

bool IsTableOrView(duckdb::CatalogType type) {
  return type == duckdb::CatalogType::TABLE_ENTRY ||
         type == duckdb::CatalogType::VIEW_ENTRY;
}

CatalogueTransaction& Ours(duckdb::CatalogTransaction transaction) {
  return transaction.transaction->Cast<CatalogueTransaction>();
}

}  // namespace

void RefuseToWrite() {
  throw duckdb::PermissionException(
      "the lake is read-only: CREATE TEMP … makes what lasts as long as the session");
}

CatalogueSchema::Entry CatalogueSchema::LookupEntry(
    Transaction transaction, const duckdb::EntryLookupInfo& lookup) {
  if (!IsTableOrView(lookup.GetCatalogType())) return nullptr;
  return Ours(transaction).Find(*this, lookup);
}

void CatalogueSchema::Scan(duckdb::ClientContext& context, duckdb::CatalogType type,
                           const std::function<void(duckdb::CatalogEntry&)>& callback) {
  if (!IsTableOrView(type)) return;
  CatalogueTransaction& transaction = Ours(GetCatalogTransaction(context));
  for (const std::string& table : transaction.Names()) {
    Entry entry = transaction.List(*this, table);
    if (entry) callback(*entry);
  }
}

duckdb::SimilarCatalogEntry CatalogueSchema::GetSimilarEntry(
    Transaction transaction, const duckdb::EntryLookupInfo& lookup) {
  duckdb::SimilarCatalogEntry best;
  if (!IsTableOrView(lookup.GetCatalogType())) return best;
  for (const std::string& table : Ours(transaction).Names()) {
    const double score =
        duckdb::StringUtil::SimilarityRating(table, lookup.GetEntryName());
    if (score <= best.score) continue;
    best.score = score;
    best.name = table;
  }
  return best;
}

}  // namespace flowlake
