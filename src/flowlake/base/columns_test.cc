#include "flowlake/base/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace flowlake {
namespace {

const Schema& Fruit() {
  static const Schema schema("fruit", {{"name", ColumnType::kString},
                                       {"weight", ColumnType::kInt64},
                                       {"picked", ColumnType::kTimestamp}});
  return schema;
}

TEST(ColumnsBuilder, FieldWithoutAppendIsNullInARowAndAbsentInABatch) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendString(0, "apple");
  builder.FinishRow();
  builder.AppendNumber(1, 7);
  builder.FinishRow();
  const Columns columns = builder.Finish();

  EXPECT_EQ(columns.rows, 2);
  EXPECT_EQ(columns.column(0).string(0), "apple");
  EXPECT_EQ(columns.column(0).string(1), std::nullopt);
  EXPECT_EQ(columns.column(1).number(0), std::nullopt);
  EXPECT_EQ(columns.column(1).number(1), 7);
  EXPECT_FALSE(columns.column(2).present);
}

TEST(ColumnsBuilder, DroppedRowLeavesNoTrace) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendString(0, "bad");
  builder.AppendNumber(1, 1);
  builder.DropRow();
  builder.AppendString(0, "good");
  builder.AppendNull(1);
  builder.FinishRow();
  const Columns columns = builder.Finish();

  EXPECT_EQ(columns.rows, 1);
  EXPECT_EQ(columns.column(0).string(0), "good");
  EXPECT_EQ(columns.column(1).number(0), std::nullopt);
}

TEST(ColumnsBuilder, ErasedRowsAreGoneAndTheOthersStayInTheirOrder) {
  ColumnsBuilder builder(&Fruit());
  for (int64_t i = 0; i < 6; ++i) {
    builder.AppendString(0, "fruit " + std::to_string(i));
    if (i % 2 == 0) builder.AppendNumber(1, i);
    builder.FinishRow();
  }
  builder.EraseRows(std::vector<int64_t>{0, 3, 5});
  EXPECT_EQ(builder.rows(), 3);
  builder.AppendNumber(1, 9);
  builder.FinishRow();
  const Columns columns = builder.Finish();
  ASSERT_EQ(columns.rows, 4);
  EXPECT_EQ(columns.column(0).string(0), "fruit 1");
  EXPECT_EQ(columns.column(0).string(1), "fruit 2");
  EXPECT_EQ(columns.column(0).string(2), "fruit 4");
  EXPECT_EQ(columns.column(0).string(3), std::nullopt);
  EXPECT_EQ(columns.column(1).number(0), std::nullopt);
  EXPECT_EQ(columns.column(1).number(1), 2);
  EXPECT_EQ(columns.column(1).number(2), 4);
  EXPECT_EQ(columns.column(1).number(3), 9);
}

TEST(ColumnsBuilder, FinishedRowsCanBeLookedAt) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendNumber(2, 7);
  builder.FinishRow();
  EXPECT_EQ(builder.finished(2).numbers, std::vector<int64_t>{7});
  EXPECT_TRUE(builder.finished(1).numbers.empty());
}

TEST(ColumnsBuilder, FieldOfDroppedRowsOnlyIsAbsent) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendString(0, "bad");
  builder.AppendNull(1);
  builder.DropRow();
  builder.AppendNumber(2, 1);
  builder.FinishRow();
  const Columns columns = builder.Finish();

  EXPECT_FALSE(columns.column(0).present);
  EXPECT_FALSE(columns.column(1).present);
  EXPECT_TRUE(columns.column(2).present);
}

TEST(ColumnsBuilder, ColumnwiseAppendsAreTheRowsThatSingleOnesWouldBe) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendNull(0);
  builder.AppendNull(1);
  builder.FinishRow();
  const auto codes = builder.AppendCodes(0, 3);
  codes[0] = builder.dictionary(0).Encode("apple");
  codes[1] = kNullCode;
  codes[2] = codes[0];
  std::ranges::copy(std::vector<int64_t>{4, 0, 6}, builder.AppendNumbers(1, 3).begin());
  builder.AppendValidity(1, 3)[1] = 0;
  std::ranges::fill(builder.AppendNumbers(2, 3), 9);
  builder.FinishRows(3);
  builder.AppendNumbers(1, 2);
  builder.DropRow();
  const Columns columns = builder.Finish();

  EXPECT_EQ(columns.rows, 4);
  EXPECT_EQ(columns.column(0).string(0), std::nullopt);
  EXPECT_EQ(columns.column(0).string(1), "apple");
  EXPECT_EQ(columns.column(0).string(2), std::nullopt);
  EXPECT_EQ(columns.column(0).string(3), "apple");
  EXPECT_EQ(columns.column(1).number(0), std::nullopt);
  EXPECT_EQ(columns.column(1).number(1), 4);
  EXPECT_EQ(columns.column(1).number(2), std::nullopt);
  EXPECT_EQ(columns.column(1).number(3), 6);
  EXPECT_EQ(columns.column(2).number(0), std::nullopt);
  EXPECT_EQ(columns.column(2).number(3), 9);
}

TEST(ColumnsBuilder, CodesKeepTheirMeaningAcrossBatches) {
  ColumnsBuilder builder(&Fruit());
  builder.AppendString(0, "apple");
  builder.FinishRow();
  const Columns first = builder.Finish();
  builder.AppendString(0, "pear");
  builder.FinishRow();
  builder.AppendString(0, "apple");
  builder.FinishRow();
  const Columns second = builder.Finish();

  EXPECT_EQ(first.column(0).codes[0], second.column(0).codes[1]);
  EXPECT_EQ(second.column(0).string(0), "pear");
  EXPECT_EQ(first.column(0).string(0), "apple");
}

/// Rows with one string each, numbered from `first` on.
Columns Numbered(ColumnsBuilder& builder, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    builder.AppendString(0, "fruit " + std::to_string(i));
    builder.FinishRow();
  }
  return builder.Finish();
}

TEST(ColumnsBuilder, StringsThatHardlyEverComeTwiceAreNoLongerLookedUp) {
  ColumnsBuilder builder(&Fruit());
  const Columns first = Numbered(builder, 0, 40'000);
  EXPECT_EQ(first.column(0).dictionary->size(), 40'000u);
  const Columns second = Numbered(builder, 39'000, 10'000);
  EXPECT_EQ(second.column(0).dictionary->size(), 50'000u);
  EXPECT_EQ(second.column(0).string(0), "fruit 39000");
  EXPECT_EQ(second.column(0).string(9'999), "fruit 48999");
}

TEST(ColumnsBuilder, StringsThatBeginToComeTwiceAreLookedUpAgainAfterAWhile) {
  ColumnsBuilder builder(&Fruit());
  Numbered(builder, 0, 40'000);
  for (int i = 0; i < 600; ++i) Numbered(builder, 0, 1'000);
  const Columns last = Numbered(builder, 0, 1'000);
  EXPECT_EQ(last.column(0).dictionary->size(), 1'000u);
  EXPECT_EQ(last.column(0).string(999), "fruit 999");
}

TEST(ColumnsBuilder, StringsOfWhichOneInAHundredComesAgainAreLookedUp) {
  ColumnsBuilder builder(&Fruit());
  for (int i = 0; i < 40; ++i) Numbered(builder, 990 * i, 1'000);
  const Columns last = Numbered(builder, 0, 10'000);
  EXPECT_EQ(last.column(0).dictionary->size(), 39u * 990 + 1'000);
}

}  // namespace
}  // namespace flowlake
