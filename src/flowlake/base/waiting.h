/// Waiting in one place, so that a test can let a minute pass at once.
#pragma once

#include <cstdint>

namespace flowlake {

/// Milliseconds of a clock that only goes forward; they mean nothing but their distance.
int64_t SteadyMs();

/// Holds the calling thread for about so long.
void WaitMs(int64_t ms);

/// Evenly from 0 to `most`. Thread-safe.
int64_t RandomUpTo(int64_t most);

/// While one lives, nobody waits in WaitMs(): SteadyMs() goes forward instead. For tests.
class SkippedWaits {
 public:
  SkippedWaits();
  ~SkippedWaits();
  SkippedWaits(const SkippedWaits&) = delete;
  SkippedWaits& operator=(const SkippedWaits&) = delete;
};

}  // namespace flowlake
