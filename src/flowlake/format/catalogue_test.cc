#include "flowlake/format/catalogue.h"

#include <gmock/gmock.h>

namespace flowlake {
namespace {
using testing::ElementsAre;

TEST(CatalogueTest, HasTheFieldsThatAwsDocuments) {
  EXPECT_EQ(VpcFlowSchema().size(), 54 + 1);
  EXPECT_EQ(TgwFlowSchema().size(), 36 + 1);
  EXPECT_EQ(VpcFlowSchema().field(54).name, kExtraColumn);
}

TEST(CatalogueTest, EachVersionAddsToTheOneBefore) {
  const std::vector<std::pair<int, size_t>> sizes{{2, 14},  {3, 21},  {4, 25}, {5, 29},
                                                  {6, 0},   {7, 39},  {8, 40}, {9, 41},
                                                  {10, 42}, {11, 54}, {12, 0}};
  for (const auto& [version, size] : sizes) {
    EXPECT_EQ(VpcFieldsThrough(version).size(), size) << version;
  }
  EXPECT_EQ(VpcFieldVersion("traffic_path"), 5);
  EXPECT_EQ(VpcFieldVersion("traffic-path"), 0);
}

TEST(CatalogueTest, SpellingsOfANameAreOne) {
  EXPECT_EQ(CanonicalFieldName("Pkt-SrcAddr"), "pkt_srcaddr");
}

TEST(FieldListTest, TakesAwsNotationAndPlainNames) {
  EXPECT_THAT(*ParseFieldList("${version} ${account-id}"),
              ElementsAre("version", "account_id"));
  EXPECT_THAT(*ParseFieldList(" srcaddr, DSTADDR,bytes\n"),
              ElementsAre("srcaddr", "dstaddr", "bytes"));
}

TEST(FieldListTest, RefusesWhatIsNoList) {
  for (const char* format :
       {"", " , ", "${version", "$version", "${a}${b}", "5", "a/b"}) {
    EXPECT_FALSE(ParseFieldList(format).ok()) << format;
  }
  EXPECT_THAT(ParseFieldList("a-b a_b").status().message(), testing::HasSubstr("twice"));
}

}  // namespace
}  // namespace flowlake
