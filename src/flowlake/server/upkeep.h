/// What a lake needs while the daemon runs: staged edits are committed every minute, and
/// the rest of `flowlake maintain` is done now and then.
#pragma once

#include <atomic>
#include <cstdint>

#include "flowlake/base/status.h"
#include "flowlake/server/metrics.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// Commits what others have staged.
Status CommitStaged(const Lake& lake, Metrics& metrics);

struct UpkeepOptions {
  int64_t memory_bytes = 0;  ///< of a compaction, on one thread
  /// Expires and vacuums too, as `maintain --yes` does.
  bool may_delete = false;
  /// True: no further task of a compaction begins.
  const std::atomic<bool>& is_stopping;
};

/// With the settings that the lake's flowlake.toml has now.
Status KeepUp(const Lake& lake, const UpkeepOptions& options, Metrics& metrics);

}  // namespace flowlake
