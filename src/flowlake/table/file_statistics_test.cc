#include "flowlake/table/file_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

DataFile FileOf(std::map<std::string, ColumnStatistics> statistics) {
  DataFile file;
  file.rows = 7;
  file.statistics = std::move(statistics);
  return file;
}

DataFile ThroughTheLog(const DataFile& file, const std::vector<std::string>& columns) {
  DataFile read;
  const std::string json = FormatStatistics(file, Flow(), columns);
  EXPECT_TRUE(ParseStatistics(json, Flow(), &read).ok());
  return read;
}

/// What the log says of a column of strings between `min` and `max`.
ColumnStatistics Strings(const std::string& min, const std::string& max) {
  const DataFile file = FileOf({{"srcaddr", {0, Value(min), Value(max), true}}});
  return ThroughTheLog(file, {"srcaddr"}).statistics["srcaddr"];
}

constexpr char kRowsAlone[] = R"({"numRecords":7})";

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
  const DataFile file =
      FileOf({{"bytes", {0, Value(int64_t{1}), Value(int64_t{2}), true}},
              {"srcaddr", {3, Value("10.0.0.1"), Value("10.0.0.9"), true}}});
  EXPECT_EQ(FormatStatistics(file, Flow(), {"srcaddr"}),
            R"({"numRecords":7,"minValues":{"srcaddr":"10.0.0.1"},)"
            R"("maxValues":{"srcaddr":"10.0.0.9"},"nullCount":{"srcaddr":3}})");
}

TEST(FileStatistics, TheTablesPropertyListsTheColumns) {
  const auto listed = [](const char* names) {
    return ListedColumns({{kStatisticsProperty, names}}, Flow());
  };
  EXPECT_THAT(listed("bytes,srcaddr"), ElementsAre("bytes", "srcaddr"));
  EXPECT_THAT(listed("`start`,dropped"), ElementsAre("start"));
  EXPECT_THAT(listed(""), ElementsAre());
  EXPECT_THAT(ListedColumns({}, Flow()), ElementsAre("srcaddr", "bytes", "start"));
  EXPECT_THAT(ListedColumns({{"delta.dataSkippingNumIndexedCols", "1"}}, Flow()),
              ElementsAre("srcaddr"));
}

TEST(FileStatistics, AColumnThatTheFileLacksIsNullInEveryRow) {
  DataFile file = FileOf({{"srcaddr", {0, Value("a"), Value("b"), true}}});
  EXPECT_EQ(FormatStatistics(file, Flow(), {"srcaddr", "bytes"}), kRowsAlone);
  file.column_bytes = {{"srcaddr", 10}};
  EXPECT_EQ(FormatStatistics(file, Flow(), {"srcaddr", "bytes"}),
            R"({"numRecords":7,"minValues":{"srcaddr":"a"},"maxValues":{"srcaddr":"b"},)"
            R"("nullCount":{"srcaddr":0,"bytes":7}})");
  file.statistics["bytes"].null_count = 7;
  EXPECT_THAT(FormatStatistics(file, Flow(), {"srcaddr", "bytes"}),
              HasSubstr(R"("nullCount":{"srcaddr":0,"bytes":7})"));
}

TEST(FileStatistics, HalfOfAColumnsStatisticsIsNone) {
  const ColumnStatistics whole{0, Value(int64_t{1}), Value(int64_t{2}), true};
  for (const ColumnStatistics& half :
       {ColumnStatistics{0, Value("a"), std::nullopt, true},
        ColumnStatistics{0, std::nullopt, Value("a"), true},
        ColumnStatistics{6, std::nullopt, std::nullopt, true}}) {
    const DataFile file = FileOf({{"bytes", whole}, {"srcaddr", half}});
    EXPECT_EQ(FormatStatistics(file, Flow(), {"bytes", "srcaddr"}), kRowsAlone);
    EXPECT_NE(FormatStatistics(file, Flow(), {"bytes"}), kRowsAlone);
  }
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
}

TEST(FileStatistics, WhereABoundCannotBeWrittenThereIsNone) {
  const auto format = [](const std::string& min, const std::string& max) {
    return FormatStatistics(FileOf({{"srcaddr", {0, Value(min), Value(max), true}}}),
                            Flow(), {"srcaddr"});
  };
  EXPECT_EQ(format("a", Repeat("\U0010FFFF", 40)), kRowsAlone);
  EXPECT_EQ(format("\xFF", "\xFF"), kRowsAlone);
}

TEST(FileStatistics, BoundsThatWereReadAreWrittenAsTheyWere) {
  for (const auto& [min, max] :
       {std::pair<std::string, std::string>{"short", Repeat("x", 40)},
        {std::string("\0a", 2), "\U0001F600"},
        {Repeat("é", 32), Repeat("é", 33)}}) {
    const DataFile file = FileOf({{"srcaddr", {0, Value(min), Value(max), true}}});
    const DataFile once = ThroughTheLog(file, {"srcaddr"});
    const DataFile twice = ThroughTheLog(once, {"srcaddr"});
    EXPECT_EQ(once.statistics, twice.statistics);
    EXPECT_EQ(twice.statistics.at("srcaddr").min.has_value(), true);
  }
}

TEST(FileStatistics, TimestampsAreRoundedOutwardsToMilliseconds) {
  const DataFile file = FileOf(
      {{"start", {0, Value(int64_t{-1}), Value(int64_t{1'790'000'000'123'456}), true}}});
  const std::string json = FormatStatistics(file, Flow(), {"start"});
  EXPECT_THAT(json, HasSubstr(R"("minValues":{"start":"1969-12-31T23:59:59.999Z"})"));
  EXPECT_THAT(json, HasSubstr(R"("maxValues":{"start":"2026-09-21T14:13:20.124Z"})"));
}

TEST(FileStatistics, ReadTimestampsMayHaveBeenCut) {
  const auto read = ParsedStart("2026-09-21T14:13:20.123Z", "2026-09-21T14:13:20.123Z");
  EXPECT_EQ(read.min, Value(int64_t{1'790'000'000'123'000}));
  EXPECT_EQ(read.max, Value(int64_t{1'790'000'000'123'000}));
  EXPECT_FALSE(read.exact);
}

TEST(FileStatistics, NumbersThatAreNoneOfTheColumnAreNoBounds) {
  for (const char* number : {"1e308", "1e400", "9223372036854775808", "1.0", "-1e999"}) {
    DataFile file;
    const std::string json =
        R"({"nullCount":{"bytes":0},"minValues":{"bytes":)" + std::string(number) + "}}";
    (void)ParseStatistics(json, Flow(), &file);
    EXPECT_EQ(file.statistics["bytes"].min, std::nullopt) << number;
  }
  DataFile file;
  EXPECT_TRUE(
      ParseStatistics(R"({"numRecords":18446744073709551615})", Flow(), &file).ok());
  EXPECT_EQ(file.rows, 0);
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
