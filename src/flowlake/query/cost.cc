#include "flowlake/query/cost.h"

#include <algorithm>

namespace flowlake {

int64_t BilledBytes(int64_t file_bytes, int64_t needed) {
  if (needed == 0) return 0;
  return file_bytes < kSmallFileBytes ? file_bytes : needed;
}

double AthenaUsd(int64_t billed_bytes) {
  constexpr int64_t kMegabyte = 1'000'000;
  constexpr int64_t kMinimumMegabytes = 10;
  constexpr double kUsdPerMegabyte = 5.0 / 1e6;
  if (billed_bytes <= 0) return 0;
  const int64_t megabytes = (billed_bytes + kMegabyte - 1) / kMegabyte;
  return static_cast<double>(std::max(megabytes, kMinimumMegabytes)) * kUsdPerMegabyte;
}

}  // namespace flowlake
