// What the headers of this module require of their callers, broken on purpose.
#include <arrow/io/memory.h>

#include <array>

#include "flowlake/base/check.h"
#include "flowlake/datafile/bit_packing.h"
#include "flowlake/datafile/chunk_writer.h"
#include "flowlake/datafile/code_page.h"
#include "flowlake/datafile/column_encoder.h"
#include "flowlake/datafile/data_file_testing.h"
#include "flowlake/datafile/delta_packing.h"
#include "flowlake/datafile/hybrid_encoding.h"
#include "flowlake/datafile/number_dictionary.h"
#include "flowlake/datafile/page_header.h"
#include "flowlake/datafile/parquet_file.h"
#include "flowlake/datafile/parquet_schema.h"
#include "flowlake/datafile/validity.h"

namespace flowlake {
namespace {

constexpr char kPerValue[] = "asked per value, in builds with sanitizers";
constexpr size_t kTooMany = size_t{1} << 31;

PageOutput Output() {
  return {100, PageCompressor::Make(Compression::kNone).ValueOrDie()};
}

TEST(DatafileContractsDeathTest, APageIsSmallerThan2GiB) {
  PageHeader header;
  header.uncompressed_bytes = int64_t{1} << 31;
  EXPECT_DEATH(EncodePageHeader(header), "a page of 2 GiB");
}

TEST(DatafileContractsDeathTest, CodesOfAPageAreOfItsDictionary) {
  if (!kDebugChecks) GTEST_SKIP() << kPerValue;
  CodePage page;
  page.AppendRun(7, 3);
  Bytes out;
  EXPECT_DEATH(page.Encode(7, out), "codes of another dictionary");
}

TEST(DatafileContractsDeathTest, AColumnIsOfTheEncodersType) {
  PageOutput output = Output();
  ColumnEncoder encoder(ColumnType::kString, output);
  const Columns columns = MakeColumns({MakeRow("a", 1)});
  EXPECT_DEATH(encoder.Append(columns.column(kPort), {{}, 0, 1}), "of another type");
  EXPECT_DEATH(encoder.Append(columns.column(kAction), {{}, 0, 1}), "that is absent");
}

TEST(DatafileContractsDeathTest, ASliceIsWithinItsBlock) {
  PageOutput output = Output();
  ColumnEncoder encoder(ColumnType::kString, output);
  const Columns columns = MakeColumns({MakeRow("a", 1), MakeRow("b", 2)});
  const std::array<uint32_t, 2> rows{1, 2};
  EXPECT_DEATH(encoder.Append(columns.column(kAddress), {{}, 1, 2}), "a slice with rows");
  EXPECT_DEATH(encoder.Append(columns.column(kAddress), {rows, 0, 2}),
               "a slice with rows");
  EXPECT_DEATH(encoder.Append(columns.column(kAddress), {rows, 1, 2}),
               "a slice with rows");
}

TEST(DatafileContractsDeathTest, AChunkIsOfAColumnThatIsFinished) {
  PageOutput output = Output();
  ColumnEncoder encoder(ColumnType::kInt32, output);
  encoder.Append(MakeColumns({MakeRow("a", 1)}).column(kPort), {{}, 0, 1});
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto file =
      ParquetFile::Make(sink, {{"port", ColumnType::kInt32}}, {}).ValueOrDie();
  const std::array<const ColumnEncoder*, 1> columns{&encoder};
  EXPECT_DEATH((void)file->WriteRowGroup(columns), "a column whose last page is open");
}

TEST(DatafileContractsDeathTest, CodesHaveOneTo32Bits) {
  Bytes out;
  const std::array<uint32_t, 8> values{};
  EXPECT_DEATH(AppendHybrid(values, 0, out), "a width that there is not");
  EXPECT_DEATH(AppendHybrid(values, 33, out), "a width that there is not");
  std::array<uint8_t, 64> packed;
  EXPECT_DEATH(PackBits(values.data(), 8, 33, packed.data()), "that there is not");
  EXPECT_DEATH(PackBits(values.data(), 7, 1, packed.data()), "that there is not");
}

TEST(DatafileContractsDeathTest, CodesAreNoWiderThanTheirPageSays) {
  if (!kDebugChecks) GTEST_SKIP() << kPerValue;
  Bytes out;
  const std::array<uint32_t, 8> values{4};
  EXPECT_DEATH(AppendHybrid(values, 2, out), "wider than its page says");
  std::array<uint8_t, 64> packed;
  EXPECT_DEATH(PackBits(values.data(), 8, 2, packed.data()), "wider than the others");
}

TEST(DatafileContractsDeathTest, APageHasLessThan2To31Numbers) {
  Bytes out;
  const int64_t number = 0;
  EXPECT_DEATH(AppendDeltaPacked(std::span(&number, kTooMany), out), "2\\^31 numbers");
}

TEST(DatafileContractsDeathTest, BitsAreOfOneTo64Rows) {
  Validity validity;
  EXPECT_DEATH(validity.AppendBits(0, 0), "bits of no row");
  EXPECT_DEATH(validity.AppendBits(1, 65), "bits of no row, or of more than 64");
}

TEST(DatafileContractsDeathTest, AStrideIsAtLeastOne) {
  EXPECT_DEATH(NumberDictionary(0), "multiples of nothing");
}

TEST(DatafileContractsDeathTest, AStatisticIsOfItsColumnsType) {
  EXPECT_DEATH(EncodeStatistic(ColumnType::kString, Value(int64_t{1})),
               "a statistic of another type");
  EXPECT_DEATH(EncodeStatistic(ColumnType::kInt64, Value(std::string("1"))),
               "a statistic of another type");
}

using DatafileWriterDeathTest = DataFileTest;

TEST_F(DatafileWriterDeathTest, AFileHasRows) {
  auto writer = Open();
  EXPECT_DEATH((void)writer->Close(), "a data file without rows");
}

TEST_F(DatafileWriterDeathTest, RowsAreOfItsTable) {
  auto writer = Open();
  const Schema other("other", {{"address", ColumnType::kString}});
  ColumnsBuilder builder(&other);
  builder.AppendString(0, "a");
  builder.FinishRow();
  const Columns rows = builder.Finish();
  EXPECT_DEATH((void)writer->Append(rows, {}), "rows of another table");
}

TEST_F(DatafileWriterDeathTest, RowsOfASliceAscend) {
  if (!kDebugChecks) GTEST_SKIP() << kPerValue;
  auto writer = Open();
  const Columns columns = MakeColumns({MakeRow("a", 1), MakeRow("b", 2)});
  const std::array<uint32_t, 2> rows{1, 0};
  EXPECT_DEATH((void)writer->Append(columns, rows), "that do not ascend");
}

}  // namespace
}  // namespace flowlake
