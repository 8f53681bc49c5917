#include "flowlake/table/replay.h"

#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/table/file_statistics.h"

namespace flowlake {

void Replay::Apply(int64_t version, LogEntry entry) {
  snapshot_.version = version;
  snapshot_.timestamp_ms = entry.info ? entry.info->timestamp_ms : 0;
  has_protocol_ |= entry.has_protocol;
  if (entry.metadata) {
    has_metadata_ = true;
    snapshot_.table_id = std::move(entry.metadata->id);
    snapshot_.schema = std::move(entry.metadata->schema);
    snapshot_.configuration = std::move(entry.metadata->configuration);
  }
  for (const auto& [id, number] : entry.transactions) {
    snapshot_.transactions[id] = number;
  }
  // An entry has at most one action per file, so their order does not matter.
  for (const RemoveAction& remove : entry.remove) files_.erase(remove.path);
  for (AddAction& add : entry.add) {
    std::string path = add.file.path;
    files_.insert_or_assign(std::move(path), std::move(add));
  }
}

Result<Snapshot> Replay::Finish() {
  if (!has_protocol_) return Status::Invalid("the log has no protocol");
  if (!has_metadata_) return Status::Invalid("the log has no metadata");
  snapshot_.files.reserve(files_.size());
  for (auto& [path, add] : files_) {
    add.file.rows = kUnknownRows;
    if (!add.stats.empty()) {
      const Status status = ParseStatistics(add.stats, snapshot_.schema, &add.file);
      if (!status.ok()) {
        return status.WithMessage("statistics of file ", EscapeForTerminal(path), ": ",
                                  status.message());
      }
    }
    snapshot_.files.push_back(std::move(add.file));
  }
  return std::move(snapshot_);
}

}  // namespace flowlake
