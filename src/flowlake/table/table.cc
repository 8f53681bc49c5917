#include "flowlake/table/table.h"

#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/uuid.h"
#include "flowlake/base/version.h"
#include "flowlake/store/put_new.h"
#include "flowlake/table/checkpoint.h"
#include "flowlake/table/column_order.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/log.h"
#include "flowlake/table/log_cleanup.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/snapshot_loader.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return joined;
}

LogEntry FirstEntry(const Schema& schema, const std::string& kind,
                    const TableProperties& properties) {
  const int64_t now_ms = NowMicros() / 1000;
  TableMetadata metadata;
  metadata.id = NewUuid();
  metadata.schema = schema;
  metadata.configuration = properties;
  metadata.configuration[kMarkProperty] = MarkOf(kind, metadata.id);
  metadata.created_ms = now_ms;
  const auto columns = StatisticsColumns(schema);
  if (!columns.empty()) {
    metadata.configuration[kStatisticsProperty] = Join(columns);
  }
  metadata.configuration[kColumnOrderProperty] = ColumnOrder::Of(schema).property();
  const auto& [time, sort, lookups] = schema.use();
  if (!time.empty()) metadata.configuration[kTimeProperty] = time;
  if (!sort.empty()) metadata.configuration[kSortProperty] = sort;
  if (!lookups.empty()) metadata.configuration[kLookupsProperty] = lookups;
  LogEntry entry;
  entry.info = CommitInfo{
      now_ms, "CREATE TABLE", {}, std::string("flowlake ") + kVersion, NewUuid()};
  entry.has_protocol = true;
  if (HasLedgerRoot(properties)) entry.transactions[kLedgerRootApplication] = 0;
  entry.metadata = std::move(metadata);
  return entry;
}

}  // namespace

Table::Table(std::shared_ptr<Store> store, std::string folder)
    : store_(std::move(store)), folder_(std::move(folder)) {}

Result<bool> Table::Exists() const {
  // A long log takes long to list, and nearly always has its first entry.
  ARROW_ASSIGN_OR_RAISE(const auto first, store_->Stat(LogEntryPath(folder_, 0)));
  if (first) return true;
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(*store_, folder_));
  return !log.empty();
}

Status Table::CreateIfAbsent(const Schema& schema, Identity identity) const {
  const bool has_root = identity == Identity::kBlake3;
  return CreateIfAbsent(schema,
                        has_root ? LedgerRootProperties() : IdentityProperties(identity));
}

Status Table::CreateIfAbsent(const Schema& schema,
                             const TableProperties& properties) const {
  ARROW_ASSIGN_OR_RAISE(const bool exists, Exists());
  if (exists) return Status::OK();
  // Any version 0 will do.
  const PutFate put = PutNew(*store_, LogEntryPath(folder_, 0),
                             FormatLogEntry(FirstEntry(schema, folder_, properties)));
  return put.kind == PutFate::Kind::kUnknown ? put.failure : Status::OK();
}

Result<std::shared_ptr<const Snapshot>> Table::Load(
    std::optional<int64_t> version) const {
  ARROW_ASSIGN_OR_RAISE(Snapshot snapshot,
                        LoadSnapshot(*store_, folder_, version, /*with_files=*/true));
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

Result<std::shared_ptr<const Snapshot>> Table::LoadHead() const {
  ARROW_ASSIGN_OR_RAISE(Snapshot snapshot, LoadSnapshot(*store_, folder_, std::nullopt,
                                                        /*with_files=*/false));
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

Status Table::Checkpoint() const {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, Load());
  ARROW_RETURN_NOT_OK(CheckMayWrite(snapshot->configuration, folder_));
  const auto last = ReadLastCheckpoint(*store_, folder_);
  if (last.value_or(-1) < snapshot->version) {
    ARROW_RETURN_NOT_OK(WriteCheckpoint(*store_, folder_, *snapshot));
  }
  if (!CleansUpLog(snapshot->configuration)) return Status::OK();
  const int64_t cutoff_ms = NowMicros() / 1000 - LogRetentionMs(snapshot->configuration);
  return CleanUpLog(*store_, folder_, cutoff_ms).status();
}

Result<Ledger> Table::ReadLedger(const Snapshot& snapshot,
                                 const std::string& bucket) const {
  if (!HasLedgerRoot(snapshot.configuration)) return ReadGenerations(snapshot, bucket);
  ARROW_ASSIGN_OR_RAISE(const int64_t root, LedgerRootNumber(snapshot, folder_));
  LedgerReader reader(store_, folder_);
  ARROW_RETURN_NOT_OK(reader.Open(root));
  if (!reader.root().manifests.contains(bucket)) return ReadGenerations(snapshot, bucket);
  return reader.Read(bucket);
}

Result<Ledger> Table::ReadGenerations(const Snapshot& snapshot,
                                      const std::string& bucket) const {
  ARROW_ASSIGN_OR_RAISE(Ledger ledger, ReadGeneration(snapshot, bucket));
  if (!ledger.is_old_form()) return ledger;
  ARROW_ASSIGN_OR_RAISE(const Ledger beside,
                        ReadGeneration(snapshot, BucketBeside(bucket)));
  return beside.empty() ? std::move(ledger) : ledger.With(beside);
}

Result<Ledger> Table::ReadGeneration(const Snapshot& snapshot,
                                     const std::string& bucket) const {
  const auto found = snapshot.transactions.find(LedgerApplicationId(bucket));
  if (found == snapshot.transactions.end()) return Ledger();
  const std::string path = folder_ + '/' + LedgerPath(bucket, found->second);
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, ReadAll(*store_, path));
  auto ledger = Ledger::Parse(bytes);
  if (ledger.ok()) return ledger;
  return Status::IOError("read ", store_->uri(), "/", path, ": ",
                         ledger.status().message());
}

}  // namespace flowlake
