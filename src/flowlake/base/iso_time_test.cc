#include "flowlake/base/iso_time.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr int64_t kInstant = 1'790'255'109'000'000;  // 2026-09-24 13:05:09 UTC

TEST(ParseIsoTime, ReadsWhatOthersWrite) {
  EXPECT_EQ(ParseIsoTime("2026-09-24T13:05:09"), kInstant);
  EXPECT_EQ(ParseIsoTime("2026-09-24 13:05:09Z"), kInstant);
  EXPECT_EQ(ParseIsoTime("2026-09-24T13:05:09.250Z"), kInstant + 250'000);
  EXPECT_EQ(ParseIsoTime("2026-09-24T13:05:09.1234567Z"), kInstant + 123'456);
}

TEST(ParseIsoTime, OffsetsLeadToUtc) {
  EXPECT_EQ(ParseIsoTime("2026-09-24T18:35:09+05:30"), kInstant);
  EXPECT_EQ(ParseIsoTime("2026-09-24T06:05:09-0700"), kInstant);
}

TEST(ParseIsoTime, OtherTextIsNone) {
  for (const char* text :
       {"", "2026-09-24", "2026-02-30T00:00:00Z", "2026-09-24T13:05",
        "2026-09-24T13:05:09+5", "2026-09-24T25:05:09Z", "2026-09-24T13:60:09Z",
        "2026-09-24T13:05:09 UTC", "2026-09-24T13x05:09Z", "2026-09-24T13:05-09Z",
        "2026-09-24T1/:05:09Z", "2026-09-24T13:05:0:Z"}) {
    EXPECT_FALSE(ParseIsoTime(text).has_value()) << text;
  }
}

TEST(ParseTimeOfDay, IsSinceMidnight) {
  EXPECT_EQ(ParseTimeOfDay("00:00:00"), 0);
  EXPECT_EQ(ParseTimeOfDay("23:59:59.5"), 86'399'500'000);
  EXPECT_EQ(ParseTimeOfDay("06:14:11.0000019"), 22'451'000'001);
  for (const char* text :
       {"", "06:14", "24:00:00", "06:14:11Z", "06:14:11 ", "6:14:11x"}) {
    EXPECT_FALSE(ParseTimeOfDay(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace flowlake
