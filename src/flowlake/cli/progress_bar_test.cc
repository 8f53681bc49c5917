#include "flowlake/cli/progress_bar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace flowlake {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int64_t kMegabyte = 1'000'000;

BarState StateOf(int64_t done, int64_t total, const std::string& text) {
  BarState state;
  state.done = done;
  state.total = total;
  state.text = text;
  return state;
}

TEST(DrawBar, ShowsShareRateTimeLeftAndText) {
  const BarState half = StateOf(50 * kMegabyte, 100 * kMegabyte, "3/6 inputs");
  EXPECT_EQ(DrawBar(half, 10, 80),
            "[############------------]  50 %  5.00 MB/s  0:10 left  3/6 inputs");
}

TEST(DrawBar, UnknownTotalHasNoShareAndNoTimeLeft) {
  const BarState state = StateOf(5 * kMegabyte, -1, "1 input");
  EXPECT_EQ(DrawBar(state, 1, 80), "5.00 MB/s  1 input");
}

TEST(DrawBar, NothingDoneYetPromisesNothing) {
  const BarState state = StateOf(0, 100, "");
  EXPECT_THAT(DrawBar(state, 0, 80), StartsWith("[------------------------]   0 %"));
  EXPECT_THAT(DrawBar(state, 5, 80), Not(HasSubstr("left")));
}

TEST(DrawBar, MoreThanTheTotalIsAllOfIt) {
  const BarState state = StateOf(150, 100, "");
  EXPECT_THAT(DrawBar(state, 1, 80), StartsWith("[########################] 100 %"));
  EXPECT_THAT(DrawBar(state, 1, 80), HasSubstr("0:00 left"));
}

TEST(DrawBar, IsShorterThanTheTerminalIsWide) {
  const BarState state = StateOf(50, 100, std::string(200, 'x'));
  for (const int width : {0, 1, 2, 20, 80}) {
    EXPECT_LE(DrawBar(state, 1, width).size(),
              static_cast<size_t>(std::max(width - 1, 0)));
  }
}

}  // namespace
}  // namespace flowlake
