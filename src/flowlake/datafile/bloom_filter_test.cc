#include "flowlake/datafile/bloom_filter.h"

#include <parquet/bloom_filter.h>
#include <parquet/bloom_filter_reader.h>
#include <parquet/file_reader.h>

#include "flowlake/datafile/data_file_testing.h"

namespace flowlake {
namespace {

class BloomFilterTest : public DataFileTest {
 protected:
  static std::vector<Row> Rows(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(MakeRow("10.0." + std::to_string(i % 200) + ".1", i));
    }
    return rows;
  }

  DataFile WriteFiltered(const std::vector<Row>& rows) {
    DataFileOptions options;
    options.row_group_rows = 1000;
    options.bloom_filters = {"address", "port", "no such column"};
    return Write(rows, options);
  }

  // The filter as parquet-cpp finds it; null: there is none.
  std::unique_ptr<parquet::BloomFilter> FilterOf(const DataFile& file, int group,
                                                 const std::string& column) {
    reader_ = parquet::ParquetFileReader::Open(File(file));
    const int index = reader_->metadata()->schema()->ColumnIndex(column);
    auto groups = reader_->GetBloomFilterReader().RowGroup(group);
    return groups ? groups->GetColumnBloomFilter(index) : nullptr;
  }

  std::unique_ptr<parquet::ParquetFileReader> reader_;
};

TEST_F(BloomFilterTest, KnowsEveryValueAndFewOthers) {
  const DataFile file = WriteFiltered(Rows(2500));
  for (const int group : {0, 1, 2}) {
    const auto filter = FilterOf(file, group, "address");
    ASSERT_NE(filter, nullptr);
    const auto has = [&](const std::string& text) {
      return filter->FindHash(filter->Hash(std::string_view(text)));
    };
    int others = 0;
    for (int i = 0; i < 200; ++i) {
      EXPECT_TRUE(has("10.0." + std::to_string(i) + ".1"));
      others += has("10.0." + std::to_string(i) + ".2") ? 1 : 0;
    }
    EXPECT_LT(others, 10);
  }
}

TEST_F(BloomFilterTest, NumbersAndColumnsThatWereNotNamedHaveNone) {
  EXPECT_EQ(FilterOf(WriteFiltered(Rows(100)), 0, "port"), nullptr);
  EXPECT_EQ(FilterOf(Write(Rows(100)), 0, "address"), nullptr);
}

TEST_F(BloomFilterTest, AColumnWithoutADictionaryHasNone) {
  std::vector<Row> rows;
  for (int i = 0; i < 900; ++i) rows.push_back(MakeRow("text " + std::to_string(i), i));
  EXPECT_EQ(FilterOf(WriteFiltered(rows), 0, "address"), nullptr);
}

TEST_F(BloomFilterTest, TheRowsAreAsBefore) {
  const auto rows = Rows(2500);
  EXPECT_THAT(Read(WriteFiltered(rows)), testing::ElementsAreArray(rows));
}

}  // namespace
}  // namespace flowlake
