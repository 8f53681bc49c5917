#include "flowlake/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace flowlake {
namespace {

TEST(ForEachInParallel, TakesEveryNumberOnce) {
  for (const size_t threads : {1, 3, 100}) {
    for (const size_t count : {0, 1, 2, 500}) {
      std::vector<std::atomic<int>> calls(count);
      ForEachInParallel(count, threads, [&](size_t i) { ++calls[i]; });
      for (const auto& number : calls) EXPECT_EQ(number, 1);
    }
  }
}

}  // namespace
}  // namespace flowlake
