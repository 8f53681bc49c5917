#include "flowlake/base/waiting.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

namespace flowlake {

namespace {

std::atomic<int> skipping{0};
std::atomic<int64_t> skipped_ms{0};

}  // namespace

int64_t SteadyMs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + skipped_ms;
}

void WaitMs(int64_t ms) {
  if (ms <= 0) return;
  if (skipping > 0) {
    skipped_ms += ms;
  } else {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  }
}

int64_t RandomUpTo(int64_t most) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_int_distribution<int64_t>(0, std::max<int64_t>(most, 0))(random);
}

SkippedWaits::SkippedWaits() { ++skipping; }
SkippedWaits::~SkippedWaits() { --skipping; }

}  // namespace flowlake
