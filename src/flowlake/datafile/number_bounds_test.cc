#include "flowlake/datafile/number_bounds.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

TEST(NumberBounds, AreThoseThatSortingFinds) {
  std::mt19937_64 random(5);
  for (size_t count = 1; count < 100; ++count) {
    std::vector<int64_t> numbers(count);
    for (int64_t& number : numbers) number = static_cast<int64_t>(random());
    const NumberBounds bounds = BoundsOf(numbers);
    std::ranges::sort(numbers);
    EXPECT_EQ(bounds.min, numbers.front()) << count;
    EXPECT_EQ(bounds.max, numbers.back()) << count;
  }
}

TEST(NumberBounds, OfNothingAreTheWrongWayRound) {
  const NumberBounds bounds = BoundsOf({});
  EXPECT_GT(bounds.min, bounds.max);
}

}  // namespace
}  // namespace flowlake
