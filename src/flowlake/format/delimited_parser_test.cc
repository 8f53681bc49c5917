#include "flowlake/format/delimited_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr ParseLimits kLimits{1'798'761'600 * kMicrosPerSecond, 4096};

const LogKind& Small() {
  static const LogKind log(
      {.table = "small",
       .title = "small log",
       .fields = {{"time", ValueKind::kTime}, {"host"}, {"size", ValueKind::kCount}},
       .account_column = "",
       .region_column = "",
       .fewest = 3});
  return log;
}

ParsedInput Parse(const DelimitedFormat& format, std::string_view text) {
  DelimitedParser parser(Small(), format, {}, kLimits);
  return ParseInChunks(parser, text, 1 << 20);
}

TEST(DelimitedText, AnEmptyNameInAHeaderIsAFieldAllTheSame) {
  const ParsedInput parsed =
      Parse({',', true, true}, "size,,\"host\",time\n7,x,a,1790000000\n");
  EXPECT_THAT(parsed.rows, ElementsAre(HasSubstr(R"("host":"a","size":7)")));
}

TEST(DelimitedText, AHeaderThatComesAgainIsNoReject) {
  const ParsedInput parsed = Parse(
      {',', true, true}, "time,host\n1790000000,a\ntime,host\n1790000001,b\nhost,time\n");
  EXPECT_EQ(parsed.rows.size(), 2U);
  EXPECT_EQ(parsed.rejects.size(), 1U);
}

TEST(DelimitedText, AHeaderOfSomethingElseRefusesTheInput) {
  EXPECT_THAT(Parse({',', true, true}, "a,b\n1,2\n").error,
              HasSubstr("names no field of a small log"));
}

TEST(DelimitedText, QuotesHideSeparatorsAndThemselves) {
  const ParsedInput parsed = Parse({';', true},
                                   "1790000000;\"a;\"\"b\"\"\";1\n"
                                   "1790000000;\"open;1\n"
                                   "1790000000;\"a\"b;1\n"
                                   "1790000000;\"\";1\n");
  EXPECT_THAT(parsed.rows,
              ElementsAre(HasSubstr(R"("host":"a;\"b\"")"), HasSubstr(R"("host":"")")));
  EXPECT_EQ(parsed.rejects.size(), 2U);
}

}  // namespace
}  // namespace flowlake
