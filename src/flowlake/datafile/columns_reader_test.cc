#include "flowlake/datafile/columns_reader.h"

#include <array>

#include "flowlake/datafile/data_file_testing.h"

namespace flowlake {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

class ColumnsReaderTest : public DataFileTest {
 protected:
  static Cell CellOf(const Columns& columns, int field, int64_t row) {
    const Column& column = columns.column(field);
    if (!column.present) return std::nullopt;
    if (TestSchema().field(field).type == ColumnType::kString) {
      const auto text = column.string(row);
      return text ? Cell(std::string(*text)) : std::nullopt;
    }
    const auto number = column.number(row);
    return number ? Cell(*number) : std::nullopt;
  }

  static Row RowOf(const Columns& columns, int64_t row) {
    Row cells;
    for (int i = 0; i < TestSchema().size(); ++i) {
      cells.push_back(CellOf(columns, i, row));
    }
    return cells;
  }

  std::vector<Row> ReadColumns(const DataFile& file, int64_t at_a_time) {
    auto reader = ColumnsReader::Open(File(file), file.path, builder_).ValueOrDie();
    std::vector<Row> rows;
    while (const auto columns = reader->Next(at_a_time).ValueOrDie()) {
      for (int64_t i = 0; i < columns->rows; ++i) rows.push_back(RowOf(*columns, i));
    }
    return rows;
  }

  static std::vector<Row> SomeRows(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
      const std::string address = "10.0.0." + std::to_string(i * 7 % 251);
      rows.push_back({i % 100 == 0 ? Cell() : Cell(address),
                      i % 3 == 0 ? Cell("REJECT") : Cell(), Cell(),
                      i % 64 == 63 ? Cell() : Cell(int64_t{i} % 65536),
                      Cell(int64_t{i} << 33), Cell(int64_t{i} * 1'000'000 + i % 2)});
    }
    return rows;
  }

  ColumnsBuilder builder_{&TestSchema()};
};

TEST_F(ColumnsReaderTest, GivesBackWhatWasWritten) {
  const auto rows = SomeRows(50'000);
  DataFileOptions options;
  options.row_group_rows = 20'000;
  const DataFile file = Write(rows, options);
  EXPECT_THAT(ReadColumns(file, 1), ElementsAreArray(rows));
  EXPECT_THAT(ReadColumns(file, 1'000'000), ElementsAreArray(rows));
}

TEST_F(ColumnsReaderTest, StringsWithoutADictionaryToo) {
  std::vector<Row> rows;
  for (int i = 0; i < 30'000; ++i)
    rows.push_back(MakeRow("text " + std::to_string(i), i));
  EXPECT_THAT(ReadColumns(Write(rows), 1000), ElementsAreArray(rows));
}

// More strings than a builder keeps (base/columns.cc), in several batches of a row group.
std::vector<Row> RowsOfManyStrings(const std::string& name) {
  std::vector<Row> rows;
  for (int i = 0; i < 600'000; ++i) {
    const int text = i / 40'000 * 8'000 + i % 8'000;
    rows.push_back(MakeRow(name + std::string(200, 'x') + std::to_string(text), i));
  }
  return rows;
}

TEST_F(ColumnsReaderTest, ADictionaryThatIsStartedAnewInARowGroupChangesNoRow) {
  const auto rows = RowsOfManyStrings("a");
  DataFileOptions options;
  options.row_group_rows = 40'000;
  EXPECT_TRUE(ReadColumns(Write(rows, options), 1) == rows);
}

TEST_F(ColumnsReaderTest, ReadersThatShareDictionariesAreNotDisturbedByEachOther) {
  const std::array<std::vector<Row>, 2> rows = {RowsOfManyStrings("a"),
                                                RowsOfManyStrings("b")};
  DataFileOptions options;
  options.row_group_rows = 40'000;
  std::array<std::unique_ptr<ColumnsReader>, 2> readers;
  std::array<std::vector<Row>, 2> read;
  for (size_t i = 0; i < 2; ++i) {
    const DataFile file = Write(rows[i], options);
    readers[i] = ColumnsReader::Open(File(file), file.path, builder_).ValueOrDie();
  }
  for (size_t done = 0; done < 2;) {
    done = 0;
    for (size_t i = 0; i < 2; ++i) {
      const auto columns = readers[i]->Next(1).ValueOrDie();
      if (!columns) ++done;
      for (int64_t row = 0; columns && row < columns->rows; ++row) {
        read[i].push_back(RowOf(*columns, row));
      }
    }
  }
  EXPECT_TRUE(read[0] == rows[0]);
  EXPECT_TRUE(read[1] == rows[1]);
}

TEST_F(ColumnsReaderTest, AColumnThatTheTableLacksIsNamed) {
  const DataFile file = Write(SomeRows(10));
  const Schema narrow("flows", {{"address", ColumnType::kString}});
  ColumnsBuilder builder(&narrow);
  const auto reader = ColumnsReader::Open(File(file), file.path, builder);
  EXPECT_THAT(reader.status().message(), HasSubstr("column action is not one"));
}

TEST_F(ColumnsReaderTest, AColumnOfAnotherTypeIsNamed) {
  const DataFile file = Write({MakeRow("a", 1)});
  const Schema other("flows",
                     {{"address", ColumnType::kInt64}, {"port", ColumnType::kInt32}});
  ColumnsBuilder builder(&other);
  const auto reader = ColumnsReader::Open(File(file), file.path, builder);
  EXPECT_TRUE(reader.status().IsTypeError());
  EXPECT_THAT(reader.status().message(), HasSubstr("column address is a"));
}

}  // namespace
}  // namespace flowlake
