/// How the memory of a run is divided.
#pragma once

#include <cstdint>

namespace flowlake {

struct MemoryPlan {
  int64_t threads = 1;
  /// For the open data files of each thread.
  int64_t writer_bytes = 0;
};

/// For at most `threads` >= 1 in a process of `memory_bytes`; 0 is 256 MiB for one
/// thread and 512 MiB for more. Fewer threads where the memory is not enough for all; one
/// gets what it needs in any case. `ahead_bytes` is what a thread's inputs have in memory
/// before it comes to them.
MemoryPlan PlanMemory(int64_t memory_bytes, int64_t threads, int64_t ahead_bytes = 0);

}  // namespace flowlake
