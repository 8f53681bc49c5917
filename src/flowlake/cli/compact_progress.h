/// The progress bar of a compaction.
#pragma once

#include <mutex>

#include "flowlake/cli/progress_bar.h"
#include "flowlake/compact/compact.h"

namespace flowlake {

/// Draws what a compaction with `options` says, which it makes say it, until destroyed.
class CompactProgressBar {
 public:
  explicit CompactProgressBar(CompactOptions& options)
      : bar_([this] { return State(); }) {
    options.progress = [this](const CompactProgress& now) {
      const std::lock_guard lock(mutex_);
      progress_ = now;
    };
  }

 private:
  BarState State() const {
    const std::lock_guard lock(mutex_);
    const int64_t all = progress_.all_bytes > 0 ? progress_.all_bytes : -1;
    return {progress_.done_bytes, all, /*is_bytes=*/false, progress_.table};
  }

  mutable std::mutex mutex_;
  CompactProgress progress_;  // guarded by mutex_
  ProgressBar bar_;
};

}  // namespace flowlake
