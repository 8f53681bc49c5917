#include "flowlake/base/duration.h"

#include <gtest/gtest.h>

namespace flowlake {

namespace {

TEST(DurationTest, UnitsAreSecondsMinutesHoursAndDays) {
  EXPECT_EQ(*ParseDuration("10s"), 10'000);
  EXPECT_EQ(*ParseDuration("15m"), 900'000);
  EXPECT_EQ(*ParseDuration("15min"), 900'000);
  EXPECT_EQ(*ParseDuration("2h"), 7'200'000);
  EXPECT_EQ(*ParseDuration("7d"), 604'800'000);
}

TEST(DurationTest, AnythingElseIsInvalid) {
  for (const char* text : {"", "10", "s", "0s", "-1s", "1w", "1.5h", "10 s", "9999999s",
                           "99999999999999999999s"}) {
    EXPECT_TRUE(ParseDuration(text).status().IsInvalid()) << text;
  }
}

}  // namespace

}  // namespace flowlake
