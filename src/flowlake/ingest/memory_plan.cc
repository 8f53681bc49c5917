#include "flowlake/ingest/memory_plan.h"

#include <algorithm>

namespace flowlake {

namespace {

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kOneThread = 256 * kMiB;
constexpr int64_t kMoreThreads = 512 * kMiB;

/// What a process needs besides open row groups: code and libraries, and per thread an
/// input, its columns, and the pages of the row group that is written.
constexpr int64_t kProcessBytes = 104 * kMiB;
constexpr int64_t kThreadBytes = 64 * kMiB;
/// Less than that for open data files makes tiny row groups.
constexpr int64_t kLeastWriterBytes = 16 * kMiB;
/// Of a thread with the least budget, as measured with small inputs of all days.
constexpr int64_t kLeastThreadBytes = 48 * kMiB;

}  // namespace

MemoryPlan PlanMemory(int64_t memory_bytes, int64_t threads, int64_t ahead_bytes) {
  if (memory_bytes == 0) memory_bytes = threads > 1 ? kMoreThreads : kOneThread;
  const int64_t affordable =
      (memory_bytes - kProcessBytes) / (kLeastThreadBytes + ahead_bytes);
  threads = std::clamp<int64_t>(affordable, 1, threads);
  const int64_t left =
      memory_bytes - kProcessBytes - threads * (kThreadBytes + ahead_bytes);
  return {threads, std::max(left / threads, kLeastWriterBytes)};
}

}  // namespace flowlake
