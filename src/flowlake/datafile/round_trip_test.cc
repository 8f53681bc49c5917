// Random rows, through a file and back.
#include <algorithm>
#include <random>

#include "flowlake/datafile/data_file_testing.h"

namespace flowlake {
namespace {

struct Shape {
  uint32_t distinct;
  uint32_t null_percent;
  bool runs;
};

class RandomRows {
 public:
  explicit RandomRows(uint32_t seed) : random_(seed) {}

  std::vector<Row> Make() {
    std::vector<Shape> shapes;
    for (int i = 0; i < TestSchema().size(); ++i) shapes.push_back(MakeShape());
    std::vector<Row> rows(1 + random_() % 3000);
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = MakeOne(shapes, i);
    return rows;
  }
  DataFileOptions Options() {
    DataFileOptions options;
    options.compression = static_cast<Compression>(random_() % 4);
    options.row_group_rows = 1 + random_() % 2000;
    options.page_rows = 1 + random_() % 400;
    return options;
  }
  size_t Below(size_t limit) { return random_() % limit; }

 private:
  Shape MakeShape() {
    static constexpr uint32_t kDistinct[] = {1, 2, 3, 9, 300, 1u << 30};
    static constexpr uint32_t kNulls[] = {0, 0, 1, 50, 100};
    return {kDistinct[random_() % 6], kNulls[random_() % 5], random_() % 2 == 0};
  }
  Row MakeOne(const std::vector<Shape>& shapes, size_t row) {
    Row cells;
    for (int i = 0; i < TestSchema().size(); ++i) {
      cells.push_back(
          MakeCell(TestSchema().field(i).type, shapes[static_cast<size_t>(i)], row));
    }
    return cells;
  }
  Cell MakeCell(ColumnType type, const Shape& shape, size_t row) {
    if (random_() % 100 < shape.null_percent) return std::nullopt;
    const auto at = shape.runs ? static_cast<uint32_t>(row / 50) : random_();
    const auto value = static_cast<uint32_t>(at) % shape.distinct;
    if (type == ColumnType::kString) return Value(Text(value));
    const int64_t number = int64_t{value} - 5;
    return Value(type == ColumnType::kInt32 ? number : number * 4'000'000'007);
  }
  static std::string Text(uint32_t value) {
    if (value == 0) return "";
    if (value % 97 == 0)
      return std::string(value % 5000, static_cast<char>('a' + value % 26));
    return "10.0." + std::to_string(value / 256) + "." + std::to_string(value % 256);
  }

  std::mt19937 random_;
};

std::vector<Row> Slice(const std::vector<Row>& rows, size_t begin, size_t count) {
  const auto from = rows.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

class RandomDataFileTest : public DataFileTest,
                           public testing::WithParamInterface<uint32_t> {
 protected:
  // In blocks of random size that share the builder's dictionaries. A row of every column
  // comes first, so that the file accepts what follows.
  DataFile WriteInBlocks(const std::vector<Row>& rows, RandomRows& random) {
    auto writer = Open(random.Options());
    ColumnsBuilder builder(&TestSchema());
    for (size_t at = 0; at < rows.size();) {
      const size_t count = std::min(rows.size() - at, 1 + random.Below(1000));
      for (size_t i = 0; i < rows[at].size(); ++i) {
        if (!rows[at][i]) builder.AppendNull(static_cast<int>(i));
      }
      for (const Row& row : Slice(rows, at, count)) AppendRow(row, builder);
      EXPECT_TRUE(writer->Append(builder.Finish(), {}).ok());
      if (random.Below(4) == 0) {
        EXPECT_TRUE(writer->FlushRowGroup().ok());
      }
      at += count;
    }
    return writer->Close().ValueOrDie();
  }
  /// Of bounds that are not cut.
  static constexpr size_t kLongest = 64;
  static bool HasLong(const std::vector<Row>& rows, size_t column) {
    return std::ranges::any_of(rows, [&](const Row& row) {
      const auto* text = row[column] ? std::get_if<std::string>(&*row[column]) : nullptr;
      return text != nullptr && text->size() > kLongest;
    });
  }
  static ColumnStatistics Expected(const std::vector<Row>& rows, size_t column) {
    ColumnStatistics expected;
    for (const Row& row : rows) {
      const Cell& cell = row[column];
      if (!cell) ++expected.null_count;
      if (cell && (!expected.min || *cell < *expected.min)) expected.min = cell;
      if (cell && (!expected.max || *expected.max < *cell)) expected.max = cell;
    }
    return expected;
  }
};

TEST_P(RandomDataFileTest, GivesBackEveryCellAndTrueStatistics) {
  RandomRows random(GetParam());
  const std::vector<Row> rows = random.Make();
  const DataFile file = WriteInBlocks(rows, random);
  ASSERT_EQ(file.rows, static_cast<int64_t>(rows.size()));
  EXPECT_TRUE(Read(file) == rows);
  EXPECT_TRUE(VerifyPages(File(file), file.path).ok());
  for (int i = 0; i < TestSchema().size(); ++i) {
    const ColumnStatistics& actual = file.statistics.at(TestSchema().field(i).name);
    const ColumnStatistics expected = Expected(rows, static_cast<size_t>(i));
    EXPECT_EQ(actual.null_count, expected.null_count);
    // Bounds of long strings are cut, so that they may be wider, never narrower.
    if (!HasLong(rows, static_cast<size_t>(i))) {
      EXPECT_EQ(actual, expected);
      continue;
    }
    ASSERT_TRUE(actual.min && actual.max);
    EXPECT_LE(*actual.min, *expected.min);
    EXPECT_GE(*actual.max, *expected.max);
    EXPECT_LE(std::get<std::string>(*actual.min).size(), kLongest);
    EXPECT_LE(std::get<std::string>(*actual.max).size(), kLongest);
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomDataFileTest, testing::Range(0u, 60u));

}  // namespace
}  // namespace flowlake
