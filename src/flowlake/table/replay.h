/// Log entries become a snapshot.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "flowlake/base/status.h"
#include "flowlake/table/column_order.h"
#include "flowlake/table/log_entry.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// Entries are applied oldest first, and then, if there is one, the checkpoint that the
/// oldest of them builds on: so of what it says only what still holds is kept.
class Replay {
 public:
  /// Entries that are not read for their files leave them out.
  explicit Replay(bool with_files) : with_files_(with_files) {}
  /// Goes on from a snapshot without its files.
  explicit Replay(Snapshot head)
      : with_files_(false),
        snapshot_(std::move(head)),
        order_(ColumnOrder::Of(snapshot_.configuration)),
        has_protocol_(true),
        has_metadata_(true) {}

  void Apply(int64_t version, LogEntry entry);

  /// Actions of a checkpoint but for `add`: all of its head come before the first of its
  /// files.
  void ApplyCheckpoint(LogEntry entry);
  /// A file of a checkpoint, which it may change.
  Status ApplyCheckpoint(AddAction& add);
  /// Of the head, and of the entries. nullptr if there is none yet.
  const Schema* schema() const { return has_metadata_ ? &snapshot_.schema : nullptr; }

  /// Invalid if the log never said what protocol or schema the table has. A file whose
  /// rows the log does not count has rows == kUnknownRows. `now_ms` is what decides which
  /// removed files are forgotten.
  Result<Snapshot> Finish(int64_t now_ms);

 private:
  void SetMetadata(TableMetadata metadata);
  Status AddFile(AddAction& add);

  const bool with_files_;
  Snapshot snapshot_;
  ColumnOrder order_;
  bool has_protocol_ = false;
  bool has_metadata_ = false;
  std::map<std::string, AddAction> added_;       // by path
  std::map<std::string, RemoveAction> removed_;  // by path
  FileListBuilder files_;
};

}  // namespace flowlake
