#include "flowlake/base/waiting.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flowlake {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WaitMs, Waits) {
  const auto begin = Clock::now();
  const int64_t before = SteadyMs();
  WaitMs(20);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(20));
  EXPECT_GE(SteadyMs() - before, 20);
}

TEST(SkippedWaits, LetTimePassAtOnce) {
  const auto begin = Clock::now();
  const int64_t before = SteadyMs();
  {
    const SkippedWaits skipped;
    WaitMs(3'600'000);
  }
  EXPECT_GE(SteadyMs() - before, 3'600'000);
  EXPECT_LT(Clock::now() - begin, std::chrono::minutes(10));
}

TEST(RandomUpTo, StaysWithinItsBounds) {
  bool has_least = false;
  bool has_most = false;
  for (int i = 0; i < 1000; ++i) {
    const int64_t number = RandomUpTo(2);
    ASSERT_TRUE(number >= 0 && number <= 2);
    has_least |= number == 0;
    has_most |= number == 2;
  }
  EXPECT_TRUE(has_least && has_most);
  EXPECT_EQ(RandomUpTo(0), 0);
}

}  // namespace
}  // namespace flowlake
