// Doubles: their bits in memory, DOUBLE in the file, and bounds that never exclude a
// value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <parquet/statistics.h>

#include <bit>
#include <vector>

#include "flowlake/datafile/columns_reader.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

const Schema& Measurements() {
  static const Schema schema("measurements", {{"seconds", ColumnType::kDouble}});
  return schema;
}

class DoubleColumnTest : public testing::Test {
 protected:
  std::shared_ptr<arrow::io::RandomAccessFile> Write(const std::vector<double>& values) {
    DataFileOptions options;
    options.page_rows = 2;
    auto writer = DataFileWriter::Make(store_, "measurements", std::nullopt,
                                       &Measurements(), options)
                      .ValueOrDie();
    ColumnsBuilder builder(&Measurements());
    for (const double value : values) {
      builder.AppendNumber(0, std::bit_cast<int64_t>(value));
      builder.FinishRow();
    }
    builder.FinishRow();  // NULL
    EXPECT_TRUE(writer->Append(builder.Finish(), {}).ok());
    path_ = "measurements/" + writer->Close().ValueOrDie().path;
    return store_->Open(path_).ValueOrDie();
  }

  /// As Parquet's own reader understands them.
  static std::pair<double, double> Bounds(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file) {
    const auto reader = parquet::ParquetFileReader::Open(file);
    const auto statistics = reader->metadata()->RowGroup(0)->ColumnChunk(0)->statistics();
    const auto& typed = static_cast<const parquet::DoubleStatistics&>(*statistics);
    return {typed.min(), typed.max()};
  }

  std::vector<double> Read() {
    ColumnsBuilder builder(&Measurements());
    auto reader = ColumnsReader::Open(store_->Open(path_).ValueOrDie(), path_, builder)
                      .ValueOrDie();
    std::vector<double> values;
    while (const auto columns = reader->Next(1000).ValueOrDie()) {
      for (int64_t row = 0; row < columns->rows; ++row) {
        const auto number = columns->column(0).number(row);
        if (number) values.push_back(std::bit_cast<double>(*number));
      }
    }
    return values;
  }

  std::shared_ptr<Store> store_ = MakeMemoryStore();
  std::string path_;
};

TEST_F(DoubleColumnTest, ValuesComeBackAndBoundsAreTheirs) {
  const std::vector<double> values = {0.001, 5.000318442, 0, 0.038, 1e300};
  const auto file = Write(values);
  EXPECT_EQ(Bounds(file), std::pair(0.0, 1e300));
  EXPECT_EQ(Read(), values);
}

TEST_F(DoubleColumnTest, NegativeOnesAreWithinTheBounds) {
  for (const std::vector<double>& values :
       {std::vector<double>{-1.5, -2e9, -0.25}, {-1.5, 3, 7}, {4, 5, -1e-300}}) {
    const auto [min, max] = Bounds(Write(values));
    for (const double value : values) {
      EXPECT_LE(min, value);
      EXPECT_GE(max, value);
    }
    EXPECT_EQ(Read(), values);
  }
}

}  // namespace
}  // namespace flowlake
