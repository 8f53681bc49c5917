#include "flowlake/aws/ini_file.h"

#include <gmock/gmock.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

IniSettings OnlySection(const std::string& text) {
  const auto sections = ParseIni(text).ValueOrDie();
  EXPECT_EQ(sections.size(), 1);
  return sections[0].settings;
}

std::string ErrorOf(const std::string& text) { return ParseIni(text).status().message(); }

TEST(ParseIni, TakesSettingsWithEqualsSignOrColon) {
  EXPECT_THAT(
      OnlySection("[x]\na = 1\nB: 2 = 3\n  c=\r\nd = e # f\n"),
      UnorderedElementsAre(Pair("a", "1"), Pair("b", "2 = 3\nc="), Pair("d", "e # f")));
}

TEST(ParseIni, SkipsCommentsAndBlankLines) {
  EXPECT_THAT(OnlySection("# a\n\n[x] # b\n; c\n  # d\na = 1\n\n\n"),
              UnorderedElementsAre(Pair("a", "1")));
}

TEST(ParseIni, AnIndentedLineContinuesAValue) {
  EXPECT_THAT(OnlySection("[x]\ns3 =\n  a = b\n\n  c = d\nr = x\n"),
              UnorderedElementsAre(Pair("s3", "\na = b\n\nc = d"), Pair("r", "x")));
}

TEST(ParseIni, DefaultsAreEverySections) {
  const auto sections =
      ParseIni("[DEFAULT]\na = 1\nb = 2\n[x]\na = 3\n[y]\n").ValueOrDie();
  ASSERT_EQ(sections.size(), 2);
  EXPECT_THAT(sections[0].settings, ElementsAre(Pair("a", "3"), Pair("b", "2")));
  EXPECT_THAT(sections[1].settings, ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(ParseIni, WhatIsWrongIsNamedByItsLineAndNotShown) {
  EXPECT_THAT(ErrorOf("[x]\nsecret\n"), HasSubstr("line 2"));
  EXPECT_THAT(ErrorOf("[x]\nsecret\n"), Not(HasSubstr("secret")));
  EXPECT_THAT(ErrorOf("a = b\n"), HasSubstr("before the first"));
  EXPECT_THAT(ErrorOf("[x\n"), HasSubstr("no end"));
  EXPECT_THAT(ErrorOf("[]\n"), HasSubstr("no end"));
  EXPECT_THAT(ErrorOf("[x]\na = 1\nA = 2\n"), HasSubstr("line 3: 'a' is there twice"));
  EXPECT_THAT(ErrorOf("[x]\n[y]\n[x]\n"), HasSubstr("line 3: the section [x]"));
  EXPECT_THAT(ErrorOf("[x]\n= 1\n"), HasSubstr("without a name"));
}

TEST(ParseNestedSettings, TakesOneALine) {
  EXPECT_THAT(ParseNestedSettings("\nendpoint_url = http://x\n\n a=b").ValueOrDie(),
              UnorderedElementsAre(Pair("endpoint_url", "http://x"), Pair("a", "b")));
  EXPECT_TRUE(ParseNestedSettings("\nnonsense").status().IsInvalid());
}

}  // namespace
}  // namespace flowlake
