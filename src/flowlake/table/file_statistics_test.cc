#include "flowlake/table/file_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Schema& Flow() {
  static const Schema schema("vpc_flow", {{"srcaddr", ColumnType::kString},
                                          {"bytes", ColumnType::kInt64},
                                          {"start", ColumnType::kTimestamp}});
  return schema;
}

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

/// What the log says of a column of strings between `min` and `max`.
ColumnStatistics ThroughTheLog(const std::string& column, ColumnStatistics statistics) {
  DataFile file;
  file.statistics[column] = std::move(statistics);
  DataFile read;
  EXPECT_TRUE(ParseStatistics(FormatStatistics(file, Flow()), Flow(), &read).ok());
  return read.statistics[column];
}

ColumnStatistics Strings(const std::string& min, const std::string& max) {
  return ThroughTheLog("srcaddr", {0, Value(min), Value(max), true});
}

ColumnStatistics ParsedStart(const std::string& min, const std::string& max) {
  DataFile file;
  const std::string json = R"({"minValues":{"start":")" + min +
                           R"("},"maxValues":{"start":")" + max +
                           R"("},"nullCount":{"start":0}})";
  EXPECT_TRUE(ParseStatistics(json, Flow(), &file).ok());
  return file.statistics["start"];
}

TEST(FileStatistics, OnlyTheColumnsThatFilterQueriesAreKept) {
  EXPECT_THAT(StatisticsColumns(Flow()), ElementsAre("start", "srcaddr"));
  DataFile file;
  file.rows = 7;
  file.statistics["bytes"] = {0, Value(int64_t{1}), Value(int64_t{2}), true};
  file.statistics["srcaddr"] = {3, Value("10.0.0.1"), Value("10.0.0.9"), true};
  EXPECT_EQ(FormatStatistics(file, Flow()),
            R"({"numRecords":7,"minValues":{"srcaddr":"10.0.0.1"},)"
            R"("maxValues":{"srcaddr":"10.0.0.9"},"nullCount":{"srcaddr":3}})");
}

TEST(FileStatistics, ShortStringsAreExact) {
  const ColumnStatistics expected{0, Value("10.0.0.1"), Value("é"), true};
  EXPECT_EQ(Strings("10.0.0.1", "é"), expected);
}

TEST(FileStatistics, LongStringsAreCutAndTheMaximumRoundedUp) {
  const auto read = Strings(Repeat("é", 40), Repeat("a", 40));
  EXPECT_EQ(read.min, Value(Repeat("é", 32)));
  EXPECT_EQ(read.max, Value(Repeat("a", 31) + "b"));
  EXPECT_FALSE(read.exact);
}

TEST(FileStatistics, MaximumRoundsOverSurrogatesAndCarries) {
  const std::string last = "\U0010FFFF";
  const std::string before_surrogates = "\uD7FF";
  EXPECT_EQ(Strings("", Repeat("a", 31) + before_surrogates + "x").max,
            Value(Repeat("a", 31) + "\uE000"));
  EXPECT_EQ(Strings("", Repeat("a", 31) + last + "x").max, Value(Repeat("a", 30) + "b"));
  EXPECT_EQ(Strings("", Repeat(last, 40)).max, std::nullopt);
}

TEST(FileStatistics, BoundsThatCannotBeWrittenHonestlyAreLeftOut) {
  EXPECT_EQ(Strings("\xFF", "\xFF").min, std::nullopt);
  const auto cut = ThroughTheLog("srcaddr", {0, Value("short"), Value("short"), false});
  EXPECT_EQ(cut.min, std::nullopt);
  EXPECT_EQ(cut.max, std::nullopt);
}

TEST(FileStatistics, TimestampsAreRoundedOutwardsToMilliseconds) {
  DataFile file;
  file.statistics["start"] = {0, Value(int64_t{-1}),
                              Value(int64_t{1'790'000'000'123'456}), true};
  const std::string json = FormatStatistics(file, Flow());
  EXPECT_THAT(json, HasSubstr(R"("minValues":{"start":"1969-12-31T23:59:59.999Z"})"));
  EXPECT_THAT(json, HasSubstr(R"("maxValues":{"start":"2026-09-21T14:13:20.124Z"})"));
}

TEST(FileStatistics, ReadTimestampsMayHaveBeenCut) {
  const auto read = ParsedStart("2026-09-21T14:13:20.123Z", "2026-09-21T14:13:20.123Z");
  EXPECT_EQ(read.min, Value(int64_t{1'790'000'000'123'000}));
  EXPECT_EQ(read.max, Value(int64_t{1'790'000'000'123'000}));
  EXPECT_FALSE(read.exact);
}

TEST(FileStatistics, ColumnBytesComeBackWithoutTheColumnsThatAreNotThere) {
  DataFile file;
  EXPECT_EQ(FormatColumnBytes(file, Flow()), "");
  file.column_bytes = {{"start", 7}, {"bytes", 4711}};
  DataFile read;
  ParseColumnBytes(FormatColumnBytes(file, Flow()), Flow(), &read);
  EXPECT_EQ(read.column_bytes, file.column_bytes);
}

TEST(FileStatistics, ColumnBytesThatWeDidNotWriteAreUnknown) {
  for (const char* text :
       {"", "x", "1,x", "1.5", "{\"start\":1}", "1,2,3,4,5,6,7,8,9,9,9"}) {
    DataFile read;
    ParseColumnBytes(text, Flow(), &read);
    EXPECT_TRUE(read.column_bytes.empty()) << text;
  }
}

TEST(FileStatistics, TimestampsOfOtherWritersAreUnderstood) {
  const Value expected(int64_t{1'790'000'000'000'000});
  for (const char* text :
       {"2026-09-21T14:13:20Z", "2026-09-21T14:13:20", "2026-09-21 14:13:20.000000Z",
        "2026-09-21T07:13:20.000-07:00", "2026-09-21T19:43:20+0530"}) {
    EXPECT_EQ(ParsedStart(text, "").min, expected) << text;
  }
  for (const char* text : {"", "yesterday", "2026-09-21", "2026-13-21T14:13:20Z",
                           "2026-09-21T14:13:20 UTC", "2026-09-21Tab:cd:efZ"}) {
    EXPECT_EQ(ParsedStart(text, "").min, std::nullopt) << text;
  }
}

TEST(FileStatistics, ForeignOddityIsIgnoredAndBrokenJsonIsNot) {
  DataFile file;
  file.rows = -1;
  for (const char* json : {"{}", "[]", R"({"numRecords":"7"})", R"({"nullCount":7})",
                           R"({"minValues":{"bytes":1.5},"nullCount":{"x":1}})"}) {
    EXPECT_TRUE(ParseStatistics(json, Flow(), &file).ok()) << json;
  }
  EXPECT_EQ(file.rows, -1);
  EXPECT_TRUE(file.statistics.empty());
  EXPECT_FALSE(ParseStatistics("{", Flow(), &file).ok());
}

}  // namespace
}  // namespace flowlake
