#include "flowlake/ingest/day_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "flowlake/format/catalogue.h"

namespace flowlake {
namespace {

using Times = std::vector<std::optional<int64_t>>;
using RowsByDay = std::map<std::optional<Date>, std::vector<uint32_t>>;

constexpr Date kFallback = 7;

Columns MakeColumns(const Times& times) {
  ColumnsBuilder builder(LogSchemas().front());
  const int start = builder.schema().IndexOf("start");
  const int bytes = builder.schema().IndexOf("bytes");
  for (const auto& time : times) {
    builder.AppendNumber(bytes, 1);
    if (time) {
      builder.AppendNumber(start, *time);
    } else {
      builder.AppendNull(start);
    }
    builder.FinishRow();
  }
  return builder.Finish();
}

RowsByDay Split(const Times& times) {
  const Columns columns = MakeColumns(times);
  const DaySplit split(columns, kFallback);
  RowsByDay days;
  for (const auto& [day, rows] : split.parts())
    days[day].assign(rows.begin(), rows.end());
  EXPECT_EQ(days.size(), split.parts().size());
  return days;
}

// Row by row, as the contract says it.
RowsByDay ObviousSplit(const Times& times) {
  RowsByDay days;
  for (size_t row = 0; row < times.size(); ++row) {
    const auto& time = times[row];
    const std::optional<Date> day = time ? DateOfMicros(*time) : kFallback;
    days[day].push_back(static_cast<uint32_t>(row));
  }
  if (days.size() == 1) days.begin()->second.clear();  // every row
  return days;
}

TEST(DaySplit, OneDayIsNotSplit) {
  EXPECT_EQ(Split({5 * kMicrosPerDay, 6 * kMicrosPerDay - 1}), (RowsByDay{{5, {}}}));
  EXPECT_EQ(Split({std::nullopt, std::nullopt}), (RowsByDay{{kFallback, {}}}));
  EXPECT_EQ(Split({7 * kMicrosPerDay, std::nullopt}), (RowsByDay{{kFallback, {}}}));
}

TEST(DaySplit, RowsWithoutTheColumnAreOfTheFallback) {
  ColumnsBuilder builder(LogSchemas().front());
  builder.AppendNumber(builder.schema().IndexOf("bytes"), 1);
  builder.FinishRow();
  const Columns columns = builder.Finish();
  const DaySplit split(columns, std::nullopt);
  ASSERT_EQ(split.parts().size(), 1u);
  EXPECT_EQ(split.parts().front().day, std::nullopt);
  EXPECT_TRUE(split.parts().front().rows.empty());
}

TEST(DaySplit, SplitsRandomTimesAsTheObviousWayDoes) {
  std::mt19937_64 random(3);
  for (const int64_t days : {2, 30, 365, 8191, 8192, 20'000}) {
    for (const uint64_t null_one_in : {0, 2, 50}) {
      Times times;
      for (int i = 0; i < 1000; ++i) {
        const auto limit = static_cast<uint64_t>(days * kMicrosPerDay);
        times.push_back(static_cast<int64_t>(random() % limit) - 100 * kMicrosPerDay);
        if (null_one_in > 0 && random() % null_one_in == 0) times.back().reset();
      }
      EXPECT_EQ(Split(times), ObviousSplit(times)) << days << " days";
    }
  }
}

TEST(DaySplitDeathTest, ThereAreRows) {
  const Schema schema("flows", {{"start", ColumnType::kTimestamp}});
  const Columns none = ColumnsBuilder(&schema).Finish();
  EXPECT_DEATH(DaySplit(none, std::nullopt), "the days of no rows");
}

}  // namespace
}  // namespace flowlake
