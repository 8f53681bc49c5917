/// Sending an entry of the log, and finding out what became of it.
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

enum class EntryFate {
  kCommitted,  ///< the version holds this entry
  kLost,       ///< another writer's entry was read there: this one never counts
  kUnknown,    ///< it may have been committed, or be committed yet
};

struct SentEntry {
  EntryFate fate = EntryFate::kUnknown;
  Status failure{};  ///< kUnknown: it says that, and why
};

/// Puts the entry as that version if there is none, for up to about a minute where the
/// store is busy. Requires `entry.info`, whose UUID says whose an entry is.
///
/// Only kLost proves that a commit did not happen. That the version is not there does
/// not: a put may be done after its answer got lost.
SentEntry SendEntry(Store& store, const std::string& table_folder, int64_t version,
                    const LogEntry& entry);

}  // namespace flowlake
