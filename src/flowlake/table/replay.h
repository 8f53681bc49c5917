/// Log entries, oldest first, become a snapshot.
#pragma once

#include <map>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/table/log_entry.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// Apply(entry of version 0), …, Apply(entry of version n), Finish() == version n.
class Replay {
 public:
  void Apply(int64_t version, LogEntry entry);

  /// Invalid if the log never said what protocol or schema the table has. A file whose
  /// rows the log does not count has rows == kUnknownRows.
  Result<Snapshot> Finish();

  static constexpr int64_t kUnknownRows = -1;

 private:
  Snapshot snapshot_;
  bool has_protocol_ = false;
  bool has_metadata_ = false;
  std::map<std::string, AddAction> files_;  // by path
};

}  // namespace flowlake
