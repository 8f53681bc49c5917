#include "flowlake/table/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Key128 kOne{0, 1};
const Key128 kTwo{1, 0};
const Key128 kThree{UINT64_MAX, 7};

using Keys = std::vector<Key128>;

Ledger Of(const Keys& keys, const Keys& markers, const Keys& old, const Keys& paired) {
  return Ledger(Ledger::Lists{keys, markers, old, paired});
}

std::string ParseError(const std::string& bytes) {
  return Ledger::Parse(bytes).status().message();
}

TEST(Ledger, IsASortedSet) {
  const Ledger ledger({kThree, kOne, kThree, kTwo});
  EXPECT_THAT(ledger.keys(), ElementsAre(kOne, kTwo, kThree));
  EXPECT_TRUE(ledger.Contains(kTwo));
  EXPECT_FALSE(ledger.Contains(Key128{1, 1}));
}

TEST(Ledger, WithKeepsTheOldAndAddsTheNew) {
  const Ledger ledger({kTwo});
  EXPECT_THAT(ledger.With({kThree, kTwo, kOne}).keys(), ElementsAre(kOne, kTwo, kThree));
  EXPECT_THAT(ledger.keys(), ElementsAre(kTwo));
}

TEST(Ledger, SizesAreThoseOfBothKindsOfMarkersOfAPath) {
  const Ledger ledger =
      Of({}, {{4, 9}, {5, 0}, {5, 7}, {6, 3}}, {{8, 1}, {9, 2}, {5, 4}}, {});
  EXPECT_THAT(ledger.SizesOf(5, 8), ElementsAre(0, 7, 1));
  EXPECT_THAT(ledger.SizesOf(7, 7), IsEmpty());
  EXPECT_TRUE(ledger.HasMarker({Key128{5, 7}, Key128{0, 0}}));
  EXPECT_TRUE(ledger.HasMarker({Key128{0, 0}, Key128{9, 2}}));
  EXPECT_FALSE(ledger.HasMarker({Key128{9, 2}, Key128{5, 7}}));
}

TEST(Ledger, AnInputIsKnownByItsKeyOrByAnOldKeyThatCameAlone) {
  const Ledger ledger = Of({kOne}, {}, {kTwo}, {kThree});
  const Key128 other{9, 9};
  EXPECT_TRUE(ledger.Contains(InputKeys{kOne, other}));
  EXPECT_TRUE(ledger.Contains(InputKeys{other, kTwo}));
  EXPECT_FALSE(ledger.Contains(InputKeys{other, kThree}));
  EXPECT_TRUE(ledger.ContainsOld(kThree));
}

TEST(Ledger, ListsAreNeverMistakenForEachOther) {
  const Ledger ledger = Of({kOne}, {kTwo}, {kThree}, {});
  EXPECT_FALSE(ledger.Contains(kTwo));
  EXPECT_FALSE(ledger.Contains(kThree));
  EXPECT_FALSE(ledger.Contains(InputKeys{kThree, kOne}));
  EXPECT_FALSE(ledger.HasMarker({kOne, kTwo}));
}

TEST(Ledger, AnOldKeyThatCameWithAKeyNoLongerCountsAlone) {
  const Ledger old =
      Ledger::Parse(Of({}, {}, {kOne, kTwo}, {}).SerializeOldKeys()).ValueOrDie();
  ASSERT_TRUE(old.is_old_form());
  const Ledger all = old.With(Of({kThree}, {}, {}, {kTwo}));
  EXPECT_TRUE(all.is_old_form());
  EXPECT_THAT(all.lists().old, ElementsAre(kOne));
  EXPECT_EQ(all.SerializeOldKeys(), old.SerializeOldKeys());
  EXPECT_THAT(all.WithoutOld().lists().old, IsEmpty());
  EXPECT_THAT(all.WithoutOld().lists().paired, ElementsAre(kTwo));
}

TEST(Ledger, BytesAreAsDocumented) {
  const Key128 key{0x0102030405060708, 0x090A0B0C0D0E0F10};
  const std::string text("\1\2\3\4\5\6\7\x8\x9\xA\xB\xC\xD\xE\xF\x10", 16);
  const auto number = [](char last) { return std::string(7, '\0') + last; };
  const std::string body = "FLKEYS2\n" + number(2) + number(1) + number(1) + text +
                           number(3) + number(1) + text;
  EXPECT_EQ(Of({key}, {}, {key}, {}).Serialize(), body + ToBytes(HashOf(body)));
}

TEST(Ledger, BytesForOldProgramsAreTheirs) {
  // As the program of commit b9ed9fb wrote it.
  std::ifstream file("testdata/old_lake/lake/vpc_flow/_flowlake/inputs/content/1.keys",
                     std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const Ledger ledger = Ledger::Parse(bytes).ValueOrDie();
  EXPECT_TRUE(ledger.is_old_form());
  EXPECT_EQ(ledger.lists().old.size(), 6U);  // three inputs and their markers
  EXPECT_EQ(ledger.SerializeOldKeys(), bytes);
}

TEST(Ledger, SectionsOfAKindThatIsNotKnownAreRefused) {
  const auto number = [](char last) { return std::string(7, '\0') + last; };
  const auto parse = [](const std::string& body) {
    return ParseError(body + ToBytes(HashOf(body)));
  };
  const std::string begin = "FLKEYS2\n";
  EXPECT_THAT(parse(begin + number(1) + number(5) + number(0)), HasSubstr("of kind 5"));
  EXPECT_THAT(parse(begin + number(1) + number(0) + number(0)), HasSubstr("order"));
  EXPECT_THAT(parse(begin + number(2) + number(1) + number(0) + number(1) + number(0)),
              HasSubstr("sections are out of order"));
  EXPECT_THAT(parse(begin + number(1) + number(1) + number(9)),
              HasSubstr("0 keys, but says 9"));
  EXPECT_THAT(parse(begin + number(0) + "x"), HasSubstr("1 bytes more"));
  EXPECT_THAT(parse(begin + number(1)), HasSubstr("cut"));
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
  EXPECT_THAT(ParseError(bytes.substr(0, 31)), HasSubstr("cut after 31 bytes"));
  EXPECT_THAT(ParseError(bytes.substr(0, 48)), HasSubstr("checksum"));
  EXPECT_THAT(ParseError(bytes.substr(0, bytes.size() - 1) + "x"), HasSubstr("checksum"));
}

TEST(Ledger, NamesFollowTheBucket) {
  EXPECT_EQ(LedgerApplicationId("2026-09-21"), "flowlake.inputs/2026-09-21");
  EXPECT_EQ(LedgerPath("2026-09-21", 17), "_flowlake/inputs/2026-09-21/17.keys");
  const std::string beside = BucketBeside("2026-09-21");
  EXPECT_EQ(LedgerApplicationId(beside), "flowlake.keys/2026-09-21");
  EXPECT_EQ(LedgerPath(beside, 17), "_flowlake/keys/2026-09-21/17.keys");
}

}  // namespace
}  // namespace flowlake
