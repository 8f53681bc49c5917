#include "flowlake/datafile/content_sum.h"

#include <algorithm>
#include <random>

#include "flowlake/datafile/data_file_testing.h"
#include "flowlake/datafile/row_hasher.h"
#include "flowlake/datafile/stored_content.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

std::vector<Row> SomeRows(int count) {
  std::mt19937 random(7);
  const auto below = [&](uint32_t bound) {
    return static_cast<int64_t>(random() % bound);
  };
  std::vector<Row> rows;
  for (int i = 0; i < count; ++i) {
    const int64_t port = below(65536);
    Row row = MakeRow("10.0.0." + std::to_string(below(200)), port);
    if (below(3) == 0) row[kAddress] = std::nullopt;
    if (below(2) == 0) row[kAction] = Value(std::string(below(2) ? "ACCEPT" : ""));
    if (below(4) == 0) row[kPort] = std::nullopt;
    if (below(5) > 0) row[kBytes] = Value(below(1000) - 10);
    row[5] = Value(int64_t{1'790'000'000'000'000} + below(86400) * 1'000'000);
    rows.push_back(std::move(row));
  }
  return rows;
}

// The rule of content_sum.h, row by row and value by value.
ContentSum ObviousSum(const std::vector<Row>& rows) {
  ContentSum sum;
  for (const Row& row : rows) {
    uint64_t values = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      if (!row[i]) continue;
      const FieldHash hash(TestSchema().fields()[i]);
      const auto* text = std::get_if<std::string>(&*row[i]);
      values += text ? hash.OfText(*text) : hash.OfNumber(std::get<int64_t>(*row[i]));
    }
    sum.AddRow(values);
  }
  return sum;
}

ContentSum SumOfRows(const std::vector<Row>& rows) {
  return RowHasher(TestSchema()).Sum(MakeColumns(rows));
}

TEST(ContentSumTest, OfColumnsIsThatOfTheirRowsOneByOne) {
  for (const int count : {1, 3, 4, 1023, 1024, 1025, 5000}) {
    const auto rows = SomeRows(count);
    EXPECT_EQ(SumOfRows(rows), ObviousSum(rows)) << count;
  }
}

TEST(ContentSumTest, IsTheSameInAnyOrderAndAnyNumberOfParts) {
  auto rows = SomeRows(3000);
  const ContentSum all = SumOfRows(rows);
  std::ranges::reverse(rows);
  EXPECT_EQ(SumOfRows(rows), all);
  ContentSum parts = SumOfRows({rows.begin(), rows.begin() + 1234});
  parts += SumOfRows({rows.begin() + 1234, rows.end()});
  EXPECT_EQ(parts, all);
}

TEST(ContentSumTest, TwoEqualRowsDoNotCancel) {
  const auto rows = SomeRows(1);
  EXPECT_NE(SumOfRows({rows[0], rows[0]}), SumOfRows({}));
  EXPECT_NE(SumOfRows({rows[0], rows[0]}), SumOfRows({rows[0], rows[0], rows[0]}));
}

TEST(ContentSumTest, AnyChangeOfAnyValueChangesIt) {
  const auto rows = SomeRows(200);
  const ContentSum before = SumOfRows(rows);
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t field = 0; field < rows[row].size(); ++field) {
      auto changed = rows;
      Cell& cell = changed[row][field];
      const bool is_text = field <= 2;
      if (cell) {
        cell.reset();
      } else {
        cell = is_text ? Value(std::string()) : Value(int64_t{0});
      }
      EXPECT_NE(SumOfRows(changed), before) << row << ' ' << field;
    }
  }
}

// The columns of both are the same, value by value: only what belongs together is not.
TEST(ContentSumTest, ValuesBelongToTheirRow) {
  const auto rows = SomeRows(500);
  const ContentSum before = SumOfRows(rows);
  for (size_t row = 1; row < rows.size(); ++row) {
    for (size_t field = 0; field < rows[row].size(); ++field) {
      auto swapped = rows;
      std::swap(swapped[row][field], swapped[row - 1][field]);
      if (swapped[row][field] == rows[row][field]) continue;
      Row rest = rows[row];
      rest[field] = rows[row - 1][field];
      if (rest == rows[row - 1]) continue;  // the rows differ in nothing else
      EXPECT_NE(SumOfRows(swapped), before) << row << ' ' << field;
    }
  }
}

// Multiples of one number in two columns, paired otherwise: a sum of squares would be
// the same for many pairings.
TEST(ContentSumTest, PairingsOfRegularNumbersDiffer) {
  const auto paired = [](const std::vector<int64_t>& order) {
    std::vector<Row> rows;
    for (size_t i = 0; i < order.size(); ++i) {
      Row row = MakeRow("a", static_cast<int64_t>(i));
      row[kBytes] = Value(order[i] * 3);
      rows.push_back(std::move(row));
    }
    return SumOfRows(rows);
  };
  // The sum of i * order[i] is the same: 0·1+1·0+2·3+3·2 … against 0·0+1·1+2·3+3·2 + ….
  EXPECT_NE(paired({1, 0, 2, 3, 4, 5}), paired({0, 1, 2, 3, 5, 4}));
  EXPECT_NE(paired({1, 0, 2, 3, 4, 5}), paired({0, 1, 3, 2, 4, 5}));
}

TEST(ContentSumTest, ATextInAnotherColumnIsAnotherValue) {
  Row left = MakeRow("x", 1);
  Row right = left;
  left[kAction] = std::nullopt;
  std::swap(right[kAddress], right[kAction]);
  EXPECT_NE(SumOfRows({left}), SumOfRows({right}));
}

TEST(ContentSumTest, AColumnThatTheSchemaGainedChangesNothing) {
  const Schema narrow("flows", {{"port", ColumnType::kInt32}});
  const Schema wide("flows", {{"before", ColumnType::kString},
                              {"port", ColumnType::kInt64},
                              {"after", ColumnType::kDouble}});
  ContentSum sums[2];
  for (const Schema* schema : {&narrow, &wide}) {
    ColumnsBuilder builder(schema);
    for (int i = 0; i < 10; ++i) {
      builder.AppendNumber(schema->IndexOf("port"), i);
      builder.FinishRow();
    }
    sums[schema == &wide] = RowHasher(*schema).Sum(builder.Finish());
  }
  EXPECT_EQ(sums[0], sums[1]);
}

// What is in a lake was made by this rule: another one needs another number in the tag.
TEST(ContentSumTest, TheRuleIsTheOneOfTheTag) {
  EXPECT_EQ(SumOfRows(SomeRows(100)).ToTag(), "1/100/475d09ca68d0c7d24c9de0bc6eae01e8");
}

TEST(ContentSumTest, ATagIsReadAsItWasWritten) {
  const ContentSum sum = SumOfRows(SomeRows(100));
  EXPECT_EQ(ContentSum::FromTag(sum.ToTag()), sum);
  const ContentSum small{0, 7, 1};
  EXPECT_EQ(ContentSum::FromTag(small.ToTag()), small);
}

TEST(ContentSumTest, WhatIsNotOfThisRuleIsNoTag) {
  const std::string tag = SumOfRows(SomeRows(9)).ToTag();
  for (const std::string& other :
       {std::string(), std::string("1/"), "2" + tag.substr(1), tag + "0",
        tag.substr(0, tag.size() - 1), "1/x/" + tag.substr(4), std::string("1/5"),
        tag.substr(0, 4) + std::string(32, 'g'), "1/ 9" + tag.substr(3)}) {
    EXPECT_EQ(ContentSum::FromTag(other), std::nullopt) << other;
  }
}

TEST(RowHasherTest, ADictionaryThatGrewOrWasStartedAnewIsMetAgain) {
  RowHasher hasher(TestSchema());
  ColumnsBuilder one(&TestSchema());
  ColumnsBuilder other(&TestSchema());
  const auto rows = SomeRows(300);
  for (size_t begin = 0; begin < rows.size(); begin += 50) {
    ColumnsBuilder& builder = begin % 100 == 0 ? one : other;
    const std::vector<Row> part(rows.begin() + static_cast<int64_t>(begin),
                                rows.begin() + static_cast<int64_t>(begin) + 50);
    for (const Row& row : part) AppendRow(row, builder);
    EXPECT_EQ(hasher.Sum(builder.Finish()), ObviousSum(part));
  }
}

TEST(RowHasherTest, ThePartsOfABatchSumUpToIt) {
  RowHasher hasher(TestSchema());
  const Columns columns = MakeColumns(SomeRows(1000));
  const auto hashes = hasher.Hash(columns);
  std::vector<uint32_t> odd;
  std::vector<uint32_t> even;
  for (uint32_t row = 0; row < 1000; ++row) (row % 2 ? odd : even).push_back(row);
  ContentSum sum = SumOf(hashes, odd);
  EXPECT_EQ(sum.rows, 500);
  sum += SumOf(hashes, even);
  EXPECT_EQ(sum, SumOf(hashes, {}));
}

TEST(RowHasherDeathTest, CodesAreThoseOfTheColumnsDictionary) {
  Columns columns = MakeColumns(SomeRows(100));
  columns.columns[kAddress].dictionary = std::make_shared<Dictionary>();
  RowHasher hasher(TestSchema());
  EXPECT_DEATH(hasher.Hash(columns), "codes of another dictionary");
}

TEST(RowHasherDeathTest, ColumnsAreOfTheSchemaAndHaveAllRows) {
  Columns columns = MakeColumns(SomeRows(100));
  columns.columns[kPort].numbers.pop_back();
  RowHasher hasher(TestSchema());
  EXPECT_DEATH(hasher.Hash(columns), "a column of more or fewer rows");
  columns.columns.pop_back();
  EXPECT_DEATH(hasher.Hash(columns), "rows of another schema");
}

class StoredContentTest : public DataFileTest {
 protected:
  Result<ContentSum> Stored(const DataFile& file, const Schema& schema = TestSchema()) {
    return SumOfStored(File(file), file.path, schema);
  }
};

TEST_F(StoredContentTest, IsWhatWasWrittenHoweverItIsEncoded) {
  std::vector<Row> distinct;  // too many strings for a dictionary
  for (int i = 0; i < 30'000; ++i)
    distinct.push_back(MakeRow(std::to_string(i * 7919), i));
  DataFileOptions small;
  small.row_group_rows = 777;
  small.page_rows = 100;
  for (const auto& rows : {SomeRows(1), SomeRows(10'000), distinct}) {
    for (const DataFileOptions& options : {DataFileOptions{}, small}) {
      const DataFile file = Write(rows, options);
      EXPECT_EQ(Stored(file).ValueOrDie(), ObviousSum(rows));
    }
  }
}

TEST_F(StoredContentTest, AColumnThatTheTableLacksIsNamed) {
  const DataFile file = Write(SomeRows(10));
  const Schema narrow("flows", {{"address", ColumnType::kString}});
  EXPECT_THAT(Stored(file, narrow).status().message(),
              HasSubstr("is not one of the table's"));
}

TEST_F(StoredContentTest, AColumnOfAnotherTypeIsNamed) {
  const DataFile file = Write({MakeRow("a", 1)});
  const Schema other("flows",
                     {{"address", ColumnType::kString}, {"port", ColumnType::kDouble}});
  EXPECT_THAT(Stored(file, other).status().message(),
              HasSubstr("column port is a int32"));
}

}  // namespace
}  // namespace flowlake
