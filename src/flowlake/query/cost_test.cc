#include "flowlake/query/cost.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(CostTest, NothingReadIsNothingBilled) {
  EXPECT_EQ(AthenaUsd(0), 0);
  EXPECT_EQ(BilledBytes(1'000'000, 0), 0);
}

TEST(CostTest, TenMegabytesAreTheLeast) {
  EXPECT_DOUBLE_EQ(AthenaUsd(1), 0.00005);
  EXPECT_DOUBLE_EQ(AthenaUsd(10'000'000), 0.00005);
}

TEST(CostTest, MegabytesAreRoundedUp) {
  EXPECT_DOUBLE_EQ(AthenaUsd(10'000'001), 0.000055);
  EXPECT_DOUBLE_EQ(AthenaUsd(11'000'000), 0.000055);
  EXPECT_DOUBLE_EQ(AthenaUsd(11'000'001), 0.00006);
}

TEST(CostTest, ATerabyteIsFiveDollars) {
  EXPECT_DOUBLE_EQ(AthenaUsd(1'000'000'000'000), 5);
}

TEST(CostTest, SmallFilesCountWhole) {
  EXPECT_EQ(BilledBytes(2'999'999, 10), 2'999'999);
  EXPECT_EQ(BilledBytes(3'000'000, 10), 10);
}

}  // namespace
}  // namespace flowlake
