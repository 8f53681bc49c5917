/// From the objects of `_delta_log` to a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/snapshot.h"

namespace flowlake {

/// The newest version, or the given one. Reads the newest usable checkpoint and the
/// entries behind it; a checkpoint that cannot be read is passed over where the log goes
/// further back. Without `with_files`, as appenders need no more, `files` and
/// `tombstones` are empty. Errors name what is missing or not understood.
Result<Snapshot> LoadSnapshot(Store& store, const std::string& table_folder,
                              std::optional<int64_t> version, bool with_files);

/// The version as the log's entries alone say, without any checkpoint; nullopt if the log
/// does not go back to version 0.
Result<std::optional<Snapshot>> ReplayEntries(Store& store,
                                              const std::string& table_folder,
                                              int64_t version);

enum class HeadAge {
  kUnknown,  ///< it may be the newest
  kOld,      ///< there is a version behind it: that saves a listing
};

/// The newest version without its files, from an older one of the same kind: for a writer
/// that has seen one or lost a race, cheaper than to load it, unless entries behind
/// `head` are gone from the log.
Result<Snapshot> AdvanceHead(Store& store, const std::string& table_folder,
                             const Snapshot& head, HeadAge age);

}  // namespace flowlake
