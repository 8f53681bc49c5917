#include "flowlake/table/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Key128 kOne{0, 1};
const Key128 kTwo{1, 0};
const Key128 kThree{UINT64_MAX, 7};

std::string ParseError(const std::string& bytes) {
  return Ledger::Parse(bytes).status().message();
}

TEST(Ledger, IsASortedSet) {
  const Ledger ledger({kThree, kOne, kThree, kTwo});
  EXPECT_THAT(ledger.keys(), ElementsAre(kOne, kTwo, kThree));
  EXPECT_TRUE(ledger.Contains(kTwo));
  EXPECT_FALSE(ledger.Contains({1, 1}));
}

TEST(Ledger, WithKeepsTheOldAndAddsTheNew) {
  const Ledger ledger({kTwo});
  EXPECT_THAT(ledger.With({kThree, kTwo, kOne}).keys(), ElementsAre(kOne, kTwo, kThree));
  EXPECT_THAT(ledger.keys(), ElementsAre(kTwo));
}

TEST(Ledger, RangeIncludesBothEnds) {
  const Ledger ledger({{4, 9}, {5, 0}, {5, UINT64_MAX}, {6, 3}, {7, 0}});
  EXPECT_THAT(ledger.Range(5, 6),
              ElementsAre(Key128{5, 0}, Key128{5, UINT64_MAX}, Key128{6, 3}));
  EXPECT_THAT(ledger.Range(8, 9), IsEmpty());
}

TEST(Ledger, BytesAreAsDocumented) {
  const std::string bytes =
      Ledger({{0x0102030405060708, 0x090A0B0C0D0E0F10}}).Serialize();
  EXPECT_EQ(bytes.substr(0, 32), std::string("FLKEYS1\n\0\0\0\0\0\0\0\1"
                                             "\1\2\3\4\5\6\7\x8\x9\xA\xB\xC\xD\xE\xF\x10",
                                             32));
  EXPECT_EQ(bytes.size(), 48U);
}

TEST(Ledger, IsReadAsItWasWritten) {
  EXPECT_THAT(Ledger::Parse(Ledger().Serialize()).ValueOrDie().keys(), IsEmpty());
  EXPECT_THAT(Ledger::Parse(Ledger({kTwo, kOne}).Serialize()).ValueOrDie().keys(),
              ElementsAre(kOne, kTwo));
}

TEST(Ledger, EveryCutAndEveryFlippedByteIsNoticed) {
  const std::string bytes = Ledger({kOne, kTwo, kThree}).Serialize();
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(Ledger::Parse(bytes.substr(0, i)).ok()) << i;
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x20);
    EXPECT_FALSE(Ledger::Parse(flipped).ok()) << i;
  }
  EXPECT_FALSE(Ledger::Parse(bytes + "x").ok());
}

TEST(Ledger, MessagesSayWhatIsWrong) {
  const std::string bytes = Ledger({kOne, kTwo}).Serialize();
  EXPECT_THAT(ParseError("PAR1"), HasSubstr("not an input ledger"));
  EXPECT_THAT(ParseError(bytes.substr(0, 40)), HasSubstr("cut after 40 bytes"));
  EXPECT_THAT(ParseError(bytes.substr(0, 48)), HasSubstr("1 keys, but says 2"));
  EXPECT_THAT(ParseError(bytes.substr(0, 63) + "x"), HasSubstr("checksum"));
}

TEST(Ledger, NamesFollowTheBucket) {
  EXPECT_EQ(LedgerApplicationId("2026-09-21"), "flowlake.inputs/2026-09-21");
  EXPECT_EQ(LedgerPath("2026-09-21", 17), "_flowlake/inputs/2026-09-21/17.keys");
}

}  // namespace
}  // namespace flowlake
