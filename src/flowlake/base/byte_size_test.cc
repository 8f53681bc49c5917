#include "flowlake/base/byte_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

TEST(ParseByteSize, UnderstandsDecimalAndBinaryUnits) {
  EXPECT_EQ(ParseByteSize("4096").ValueOrDie(), 4096);
  EXPECT_EQ(ParseByteSize("512MiB").ValueOrDie(), 512 << 20);
  EXPECT_EQ(ParseByteSize("1GB").ValueOrDie(), 1'000'000'000);
  EXPECT_EQ(ParseByteSize("1.5 kb").ValueOrDie(), 1500);
  EXPECT_EQ(ParseByteSize("2g").ValueOrDie(), 2'000'000'000);
}

TEST(ParseByteSize, RefusesAnythingElseAndShowsIt) {
  for (const char* wrong : {"", "lots", "-1", "1 parsec", "1e99GB", "nan", "0x10"}) {
    EXPECT_THAT(ParseByteSize(wrong).status().message(), testing::HasSubstr("512MiB"))
        << wrong;
  }
}

TEST(FormatByteSize, KeepsThreeDigits) {
  EXPECT_EQ(FormatByteSize(0), "0 B");
  EXPECT_EQ(FormatByteSize(999), "999 B");
  EXPECT_EQ(FormatByteSize(1234), "1.23 kB");
  EXPECT_EQ(FormatByteSize(45'600'000), "45.6 MB");
  EXPECT_EQ(FormatByteSize(999'999'999), "1.00 GB");
  EXPECT_EQ(FormatByteSize(217'000'000'000), "217 GB");
}

TEST(FormatCount, GroupsThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1'234'567), "1,234,567");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
}

TEST(Plural, OnlyOneIsSingular) {
  EXPECT_EQ(Plural(1, "file"), "1 file");
  EXPECT_EQ(Plural(0, "file"), "0 files");
  EXPECT_EQ(Plural(1234, "file"), "1,234 files");
}

}  // namespace
}  // namespace flowlake
