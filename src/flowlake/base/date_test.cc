#include "flowlake/base/date.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(Date, ParsesExactlyExistingDays) {
  EXPECT_EQ(ParseDate("1970-01-01"), 0);
  EXPECT_EQ(ParseDate("2024-02-29"), 19782);
  for (const char* wrong : {"2023-02-29", "2026-13-01", "2026-00-10", "2026-9-21", "",
                            "2026-09-21 ", "20260921", "2026/09/21", "2026-09-2x"}) {
    EXPECT_EQ(ParseDate(wrong), std::nullopt) << wrong;
  }
}

TEST(Date, FormatIsTheInverseOfParse) {
  for (Date date = -1000; date < 40'000; date += 13) {
    EXPECT_EQ(ParseDate(FormatDate(date)), date);
  }
}

TEST(Date, InstantsBeforeTheEpochRoundDown) {
  EXPECT_EQ(DateOfMicros(0), 0);
  EXPECT_EQ(DateOfMicros(-1), -1);
  EXPECT_EQ(DateOfMicros(kMicrosPerDay - 1), 0);
  EXPECT_EQ(DateOfMicros(kMicrosPerDay), 1);
}

TEST(Timestamp, ShowsAFractionOnlyIfThereIsOne) {
  EXPECT_EQ(FormatTimestamp(1'439'387'263'000'000), "2015-08-12 13:47:43");
  EXPECT_EQ(FormatTimestamp(1'439'387'263'000'042), "2015-08-12 13:47:43.000042");
  EXPECT_EQ(FormatTimestamp(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(FormatIso8601(1'439'387'263'000'000), "2015-08-12T13:47:43Z");
}

}  // namespace
}  // namespace flowlake
