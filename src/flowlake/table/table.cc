#include "flowlake/table/table.h"

#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/uuid.h"
#include "flowlake/base/version.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/json.h"
#include "flowlake/table/log.h"
#include "flowlake/table/replay.h"

namespace flowlake {

namespace {

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return joined;
}

LogEntry FirstEntry(const Schema& schema) {
  const int64_t now_ms = NowMicros() / 1000;
  TableMetadata metadata{NewUuid(), schema, {}, now_ms};
  const auto columns = StatisticsColumns(schema);
  if (!columns.empty()) {
    metadata.configuration["delta.dataSkippingStatsColumns"] = Join(columns);
  }
  LogEntry entry;
  entry.info = CommitInfo{
      now_ms, "CREATE TABLE", {}, std::string("flowlake ") + kVersion, NewUuid()};
  entry.has_protocol = true;
  entry.metadata = std::move(metadata);
  return entry;
}

/// The log must lead from version 0 to `version` without a hole.
Status CheckComplete(const LogListing& log, int64_t version) {
  int64_t next = 0;
  for (const int64_t present : log.versions) {
    if (present != next) break;
    ++next;
  }
  if (next > version) return Status::OK();
  const Status gap = Status::Invalid("the log has a gap: version ", next, " is missing");
  if (next > 0 || log.checkpoints.empty()) return gap;
  return gap.WithMessage(gap.message(), " (there is a checkpoint of version ",
                         log.checkpoints.back(), ", which flowlake does not read)");
}

/// Row counts that a foreign writer left out of its log.
Status CountUnknownRows(Store& store, const std::string& folder, Snapshot* snapshot) {
  for (DataFile& file : snapshot->files) {
    if (file.rows != Replay::kUnknownRows) continue;
    const std::string path = folder + '/' + file.path;
    ARROW_ASSIGN_OR_RAISE(auto bytes, store.Open(path));
    ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(std::move(bytes), path));
    file.rows = footer.rows;
  }
  return Status::OK();
}

}  // namespace

Table::Table(std::shared_ptr<Store> store, std::string folder)
    : store_(std::move(store)), folder_(std::move(folder)) {}

Result<bool> Table::Exists() const {
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(*store_, folder_));
  return !log.empty();
}

Status Table::CreateIfAbsent(const Schema& schema) const {
  ARROW_ASSIGN_OR_RAISE(const bool exists, Exists());
  if (exists) return Status::OK();
  const std::string path = LogEntryPath(folder_, 0);
  const Status put =
      store_->PutIfAbsent(path, FormatLogEntry(FirstEntry(schema))).status();
  if (put.ok()) return put;
  // The answer may have been lost; any version 0 will do.
  const auto there = store_->Stat(path);
  return there.ok() && *there ? Status::OK() : put;
}

Result<std::shared_ptr<const Snapshot>> Table::Load(
    std::optional<int64_t> version) const {
  const auto fail = [&](const auto&... cause) {
    return Status::Invalid("open table ", folder_, " in ", store_->uri(), ": ", cause...);
  };
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(*store_, folder_));
  if (log.empty()) return fail("there is no such table");
  const int64_t wanted = version.value_or(log.newest());
  if (wanted < 0 || wanted > log.newest()) {
    return fail("there is no version ", wanted, "; the newest is ", log.newest());
  }
  const Status complete = CheckComplete(log, wanted);
  if (!complete.ok()) return fail(complete.message());

  Replay replay;
  for (int64_t i = 0; i <= wanted; ++i) {
    ARROW_ASSIGN_OR_RAISE(LogEntry entry, ReadLogEntry(*store_, folder_, i));
    replay.Apply(i, std::move(entry));
  }
  auto snapshot = replay.Finish();
  if (!snapshot.ok()) return fail(snapshot.status().message());
  ARROW_RETURN_NOT_OK(CountUnknownRows(*store_, folder_, &*snapshot));
  return std::make_shared<const Snapshot>(std::move(*snapshot));
}

Result<Ledger> Table::ReadLedger(const Snapshot& snapshot,
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
