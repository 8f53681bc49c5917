#include "flowlake/table/replay.h"

#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// 0 if nobody says.
int64_t TimeOf(const std::string& application, const LogEntry& entry) {
  const auto set = entry.transaction_ms.find(application);
  if (set != entry.transaction_ms.end()) return set->second;
  return entry.info ? entry.info->timestamp_ms : 0;
}

}  // namespace

void Replay::SetMetadata(TableMetadata metadata) {
  has_metadata_ = true;
  snapshot_.table_id = std::move(metadata.id);
  snapshot_.schema = std::move(metadata.schema);
  snapshot_.configuration = std::move(metadata.configuration);
  snapshot_.metadata_text = std::move(metadata.as_written);
  order_ = ColumnOrder::Of(snapshot_.configuration);
}

void Replay::Apply(int64_t version, LogEntry entry) {
  snapshot_.version = version;
  snapshot_.timestamp_ms = entry.info ? entry.info->timestamp_ms : 0;
  has_protocol_ |= entry.has_protocol;
  if (entry.metadata) SetMetadata(*std::move(entry.metadata));
  for (const auto& [id, number] : entry.transactions) {
    snapshot_.transactions[id] = number;
    snapshot_.transaction_ms[id] = TimeOf(id, entry);
  }
  if (!with_files_) return;
  // An entry has at most one action per file, so their order does not matter.
  for (RemoveAction& remove : entry.remove) {
    added_.erase(remove.path);
    std::string path = remove.path;
    removed_.insert_or_assign(std::move(path), std::move(remove));
  }
  for (AddAction& add : entry.add) {
    removed_.erase(add.file.path);
    std::string path = add.file.path;
    added_.insert_or_assign(std::move(path), std::move(add));
  }
}

void Replay::ApplyCheckpoint(LogEntry entry) {
  has_protocol_ |= entry.has_protocol;
  if (entry.metadata && !has_metadata_) SetMetadata(*std::move(entry.metadata));
  for (const auto& [id, number] : entry.transactions) {
    const auto set = snapshot_.transactions.try_emplace(id, number).first;
    const auto time = entry.transaction_ms.find(id);
    if (set->second != number || time == entry.transaction_ms.end()) continue;
    // It may know a time that the entry of its version did not say.
    int64_t& known_ms = snapshot_.transaction_ms[id];
    if (known_ms == 0) known_ms = time->second;
  }
  if (!with_files_) return;
  for (RemoveAction& remove : entry.remove) {
    if (added_.contains(remove.path)) continue;
    std::string path = remove.path;
    removed_.try_emplace(std::move(path), std::move(remove));
  }
}

Status Replay::ApplyCheckpoint(AddAction& add) {
  const std::string& path = add.file.path;
  const bool is_newer_known = added_.contains(path) || removed_.contains(path);
  return is_newer_known || !with_files_ ? Status::OK() : AddFile(add);
}

Status Replay::AddFile(AddAction& add) {
  if (!add.stats.empty()) {
    const Status status = ParseStatistics(add.stats, snapshot_.schema, &add.file);
    if (!status.ok()) {
      return status.WithMessage("statistics of file ", EscapeForTerminal(add.file.path),
                                ": ", status.message());
    }
  }
  order_.Parse(add.column_sizes, &add.file);
  files_.Add(add.file);
  return Status::OK();
}

Result<Snapshot> Replay::Finish(int64_t now_ms) {
  if (!has_protocol_) return Status::Invalid("the log has no protocol");
  if (!has_metadata_) return Status::Invalid("the log has no metadata");
  for (auto& [path, add] : added_) ARROW_RETURN_NOT_OK(AddFile(add));
  snapshot_.files = files_.Finish();
  const int64_t kept_since = now_ms - DeletedFileRetentionMs(snapshot_.configuration);
  for (auto& [path, remove] : removed_) {
    if (remove.deleted_ms >= kept_since)
      snapshot_.tombstones.push_back(std::move(remove));
  }
  return std::move(snapshot_);
}

}  // namespace flowlake
