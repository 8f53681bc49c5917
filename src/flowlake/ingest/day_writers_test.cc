#include "flowlake/ingest/day_writers.h"

#include <gtest/gtest.h>

#include "flowlake/base/date.h"
#include "flowlake/datafile/stored_content.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

constexpr int kDays = 30;
constexpr int64_t kBudget = 2 << 20;

/// A row of each day, none like the one before.
Columns RowsOfManyDays(int seed, ColumnsBuilder& builder) {
  const Schema& schema = builder.schema();
  for (int day = 0; day < kDays; ++day) {
    builder.AppendString(schema.IndexOf("srcaddr"), std::to_string(seed * kDays + day));
    builder.AppendNumber(schema.IndexOf("bytes"), seed);
    builder.AppendNumber(schema.IndexOf("start"), (20'000 + day) * kMicrosPerDay);
    builder.FinishRow();
  }
  return builder.Finish();
}

TEST(DayWriters, StayWithinTheBudgetHoweverManyRowGroupsItTakes) {
  const auto store = MakeMemoryStore();
  DayWriters writers(Lake::OpenOrCreate(store).ValueOrDie(),
                     {.file = {.row_group_rows = 4}, .budget_bytes = kBudget});
  ColumnsBuilder builder(LogSchemas().front());
  constexpr int kRounds = 1000;
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_TRUE(writers.Append(RowsOfManyDays(i, builder), {}, HashOf("input")).ok());
    ASSERT_LE(writers.buffered_bytes(), kBudget);
  }
  const FilesByTable files = writers.Close().ValueOrDie();
  int64_t rows = 0;
  for (const AddedFile& added : files.at("vpc_flow")) rows += added.file.rows;
  EXPECT_EQ(rows, int64_t{kRounds} * kDays);
}

TEST(DayWriters, TheTagsOfTheFilesOfAllDaysAddUpToTheRows) {
  const auto store = MakeMemoryStore();
  DayWriters writers(Lake::OpenOrCreate(store).ValueOrDie(),
                     {.file = {}, .budget_bytes = kBudget});
  ColumnsBuilder builder(LogSchemas().front());
  RowHasher hasher(builder.schema());
  ContentSum given;
  for (int i = 0; i < 10; ++i) {
    const Columns columns = RowsOfManyDays(i, builder);
    given += hasher.Sum(columns);
    ASSERT_TRUE(writers.Append(columns, {}, HashOf("input")).ok());
  }
  const FilesByTable files = writers.Close().ValueOrDie();
  ContentSum tagged;
  for (const AddedFile& added : files.at("vpc_flow")) {
    const auto content = ContentOf(added.file);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->rows, added.file.rows);
    const std::string path = "vpc_flow/" + added.file.path;
    EXPECT_EQ(
        SumOfStored(store->Open(path).ValueOrDie(), path, builder.schema()).ValueOrDie(),
        content);
    tagged += *content;
  }
  EXPECT_EQ(tagged, given);
}

}  // namespace
}  // namespace flowlake
