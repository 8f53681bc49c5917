#include "flowlake/query/catalogue_transaction.h"

#include <algorithm>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/view_catalog_entry.hpp>
#include <duckdb/common/string_util.hpp>
#include <duckdb/parser/parsed_data/create_view_info.hpp>
#include <duckdb/planner/tableref/bound_at_clause.hpp>
#include <utility>

#include "flowlake/query/catalogue_table.h"
#include "flowlake/query/catalogue_views.h"
#include "flowlake/query/views.h"
#include "flowlake/table/history.h"

namespace flowlake {

namespace {

constexpr int64_t kMicrosPerMilli = 1000;

template <typename T>
T Unwrap(Result<T> result) {
  if (!result.ok()) throw duckdb::IOException("%s", result.status().message());
  return *std::move(result);
}

/// Folders that may be tables: none is asked for its log.
Result<std::vector<std::string>> FolderNames(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.store()->Names(""));
  std::vector<std::string> folders;
  for (std::string name : names) {
    if (!name.ends_with('/')) continue;
    name.pop_back();
    if (IsTableName(name)) folders.push_back(std::move(name));
  }
  return folders;
}

Result<std::shared_ptr<const Snapshot>> LoadSnapshot(const Table& table,
                                                     const TableMoment& moment) {
  if (moment.version) return LoadPast(table, *moment.version);
  if (!moment.time_ms) return table.Load();
  ARROW_ASSIGN_OR_RAISE(const int64_t version, VersionAt(table, *moment.time_ms));
  return LoadPast(table, version);
}

int64_t MicrosOf(const duckdb::Value& value) {
  if (value.type().id() == duckdb::LogicalTypeId::TIMESTAMP_TZ) {
    return value.GetValue<duckdb::timestamp_tz_t>().value;
  }
  const auto time = value.DefaultCastAs(duckdb::LogicalType::TIMESTAMP);
  return time.GetValue<duckdb::timestamp_t>().value;
}

/// AT (VERSION => 7), AT (TIMESTAMP => …).
TableMoment MomentOf(const duckdb::BoundAtClause& at) {
  TableMoment moment;
  const duckdb::Value& value = at.GetValue();
  if (value.IsNull()) throw duckdb::BinderException("AT takes no NULL");
  if (duckdb::StringUtil::CIEquals(at.Unit(), "version")) {
    moment.version = value.DefaultCastAs(duckdb::LogicalType::BIGINT).GetValue<int64_t>();
  } else {
    const int64_t micros = MicrosOf(value);
    moment.time_ms = micros / kMicrosPerMilli - (micros % kMicrosPerMilli < 0 ? 1 : 0);
  }
  return moment;
}

/// The name as it is written, if it is there, else in any case.
std::optional<std::string> FindName(const std::vector<std::string>& names,
                                    const std::string& wanted) {
  const auto exact = std::ranges::find(names, wanted);
  if (exact != names.end()) return *exact;
  const auto similar = std::ranges::find_if(names, [&](const std::string& name) {
    return duckdb::StringUtil::CIEquals(name, wanted);
  });
  return similar == names.end() ? std::nullopt : std::optional(*similar);
}

}  // namespace

duckdb::optional_ptr<duckdb::CatalogEntry> CatalogueTransaction::Find(
    duckdb::SchemaCatalogEntry& schema, const duckdb::EntryLookupInfo& lookup) {
  std::lock_guard lock(mutex_);
  const auto name = Resolve(lookup.GetEntryName());
  if (!name) return nullptr;
  const auto at = lookup.GetAtClause();
  const TableMoment moment = at ? MomentOf(*at) : DefaultMoment(TableBehind(*name));
  const Key key{*name, moment.version, moment.time_ms};
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    found = entries_.emplace(key, MakeEntry(schema, *name, moment)).first;
  }
  return found->second.get();
}

std::vector<std::string> CatalogueTransaction::Names() {
  std::lock_guard lock(mutex_);
  return AllNames();
}

duckdb::optional_ptr<duckdb::CatalogEntry> CatalogueTransaction::List(
    duckdb::SchemaCatalogEntry& schema, const std::string& name) {
  std::lock_guard lock(mutex_);
  auto found = listed_.find(name);
  if (found == listed_.end()) {
    found = listed_.emplace(name, MakeListed(schema, name)).first;
  }
  return found->second.get();
}

const std::vector<std::string>& CatalogueTransaction::Folders() {
  if (!folders_) folders_ = Unwrap(FolderNames(source_.lake));
  return *folders_;
}

std::vector<std::string> CatalogueTransaction::AllNames() {
  std::vector<std::string> names = Folders();
  for (const auto& [view, table] : LakeViews()) {
    const bool is_there = std::ranges::find(Folders(), table) != Folders().end();
    // A table of the view's name comes first.
    if (is_there && !FindName(Folders(), view)) names.emplace_back(view);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> CatalogueTransaction::Resolve(const std::string& name) {
  return FindName(AllNames(), name);
}

TableMoment CatalogueTransaction::DefaultMoment(const std::string& folder) {
  if (!source_.moment.version) return source_.moment;
  if (versioned_.empty()) versioned_ = folder;
  if (versioned_ == folder) return source_.moment;
  throw duckdb::BinderException(
      "--version is of one table, and the query mentions %s and %s; AT (VERSION => 7) "
      "behind a table's name is of that table, and --as-of takes all to one time",
      versioned_, folder);
}

CatalogueTransaction::SharedTable CatalogueTransaction::Load(const std::string& folder,
                                                             const TableMoment& moment) {
  const Key key{folder, moment.version, moment.time_ms};
  const auto pinned = tables_.find(key);
  if (pinned != tables_.end()) return pinned->second;
  const Table table = source_.lake.table(folder);
  auto snapshot = LoadSnapshot(table, moment);
  SharedTable loaded;
  if (snapshot.ok()) {
    loaded = std::make_shared<const SnapshotTable>(folder, *snapshot);
  } else if (Unwrap(table.Exists())) {
    Unwrap(std::move(snapshot));
  }
  tables_.emplace(key, loaded);
  return loaded;
}

CatalogueTransaction::SharedTable CatalogueTransaction::LoadForList(
    const std::string& folder) {
  if (!source_.moment.is_newest()) return Load(folder, source_.moment);
  const auto pinned = tables_.find(Key{folder, {}, {}});
  if (pinned != tables_.end()) return pinned->second;
  // Without the files: a large table has many.
  return std::make_shared<const SnapshotTable>(
      folder, Unwrap(source_.lake.table(folder).LoadHead()));
}

CatalogueTransaction::Entry CatalogueTransaction::MakeEntry(
    duckdb::SchemaCatalogEntry& schema, const std::string& name,
    const TableMoment& moment) {
  const bool is_table = FindName(Folders(), name).has_value();
  const SharedTable table = Load(is_table ? name : TableBehind(name), moment);
  if (table == nullptr) return nullptr;
  if (is_table) return CatalogueTable::Make(schema, table);
  return duckdb::make_shared_ptr<duckdb::ViewCatalogEntry>(
      schema.catalog, schema, *MakeView(schema, name, *table));
}

CatalogueTransaction::Entry CatalogueTransaction::MakeListed(
    duckdb::SchemaCatalogEntry& schema, const std::string& name) {
  const bool is_table = FindName(Folders(), name).has_value();
  const std::string folder = is_table ? name : TableBehind(name);
  SharedTable head;
  try {
    head = LoadForList(folder);
  } catch (const std::exception&) {
    // One that cannot be read must not take the list from the others.
    const auto exists = source_.lake.table(folder).Exists();
    if (!is_table || (exists.ok() && !*exists)) return nullptr;
  }
  if (is_table) return CatalogueTable::MakeListed(schema, name, head.get());
  return duckdb::make_shared_ptr<duckdb::ViewCatalogEntry>(
      schema.catalog, schema, *MakeView(schema, name, *head));
}

duckdb::Transaction& CatalogueTransactions::StartTransaction(
    duckdb::ClientContext& context) {
  auto transaction = std::make_unique<CatalogueTransaction>(*this, context, source_);
  duckdb::Transaction& started = *transaction;
  std::lock_guard lock(mutex_);
  running_[&started] = std::move(transaction);
  return started;
}

duckdb::ErrorData CatalogueTransactions::CommitTransaction(
    duckdb::ClientContext&, duckdb::Transaction& transaction) {
  RollbackTransaction(transaction);
  return {};
}

void CatalogueTransactions::RollbackTransaction(duckdb::Transaction& transaction) {
  std::lock_guard lock(mutex_);
  running_.erase(&transaction);
}

}  // namespace flowlake
