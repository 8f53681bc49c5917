/// Removes what of a log no reader needs any more.
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// delta-io/delta PROTOCOL.md, "Metadata Cleanup": of the checkpoints that are not newer
/// than the newest entry written before `cutoff_ms` the newest stays, with all behind it;
/// entries and checkpoints before it are deleted, the oldest first. Returns how many
/// objects were. Stopped in the middle, the log is still whole from that checkpoint on.
Result<int64_t> CleanUpLog(Store& store, const std::string& table_folder,
                           int64_t cutoff_ms);

}  // namespace flowlake
