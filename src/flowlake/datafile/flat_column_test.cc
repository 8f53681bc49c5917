// Columns decoded page by page against Arrow's own reader.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <random>

#include "flowlake/datafile/batch_reader.h"

namespace flowlake {
namespace {
constexpr int64_t kRows = 30'000;  // of two row groups and a few batches

std::mt19937& Random() {
  static std::mt19937 random(7);
  return random;
}

template <typename Builder, typename MakeValue>
std::shared_ptr<arrow::Array> Column(double null_share, MakeValue make_value,
                                     Builder builder = Builder()) {
  std::bernoulli_distribution is_null(null_share);
  for (int64_t i = 0; i < kRows; ++i) {
    const auto status =
        is_null(Random()) ? builder.AppendNull() : builder.Append(make_value(i));
    EXPECT_TRUE(status.ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Table> MakeTable() {
  const auto below = [](uint32_t limit) {
    return [limit](int64_t) { return static_cast<int32_t>(Random()() % limit); };
  };
  // Distinct enough that a chunk's dictionary is given up half-way.
  const auto address = [](int64_t i) { return "10." + std::to_string(i * i % 30'011); };
  const auto action = [](int64_t) { return Random()() % 5 == 0 ? "REJECT" : ""; };
  const auto ratio = [](int64_t i) { return static_cast<float>(i % 9) / 8; };
  const auto unit = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>> columns{
      {"port", Column<arrow::Int32Builder>(0, below(65'536))},
      {"bytes", Column<arrow::Int64Builder>(0.3, below(1 << 30))},
      {"ratio", Column<arrow::FloatBuilder>(0.1, ratio)},
      {"packets", Column<arrow::DoubleBuilder>(0.5, below(1'000'000))},
      {"srcaddr", Column<arrow::StringBuilder>(0, address)},
      {"dstaddr", Column<arrow::StringBuilder>(0.2, address)},
      {"action", Column<arrow::StringBuilder>(0.01, action)},
      {"nothing", Column<arrow::StringBuilder>(1, action)},
      {"large", Column<arrow::LargeStringBuilder>(0.2, action)},
      {"day", Column<arrow::Date32Builder>(0.2, below(20'000))},
      {"start", Column(0.01, below(1 << 30),
                       arrow::TimestampBuilder(unit, arrow::default_memory_pool()))}};
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type(), array->null_count() > 0));
    arrays.push_back(array);
  }
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

std::string Write(const arrow::Table& table,
                  std::shared_ptr<parquet::WriterProperties> properties) {
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  EXPECT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), sink,
                                         kRows * 2 / 3, std::move(properties))
                  .ok());
  return sink->Finish().ValueOrDie()->ToString();
}

Result<std::vector<std::string>> ReadRows(const std::string& bytes, bool as_arrow_reads) {
  auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        BatchReader::Open(file, "part-1", {}, {as_arrow_reads}));
  std::vector<std::string> rows;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next());
    if (!batch) return rows;
    ARROW_RETURN_NOT_OK(batch->ValidateFull());
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      std::string text;
      for (const auto& column : batch->columns()) {
        ARROW_ASSIGN_OR_RAISE(auto value, column->GetScalar(row));
        if (value->is_valid && value->type->id() == arrow::Type::DICTIONARY) {
          const auto& encoded = static_cast<const arrow::DictionaryScalar&>(*value);
          ARROW_ASSIGN_OR_RAISE(value, encoded.GetEncodedValue());
        }
        text += value->is_valid ? "'" + value->ToString() + "' " : "NULL ";
      }
      rows.push_back(std::move(text));
    }
  }
}

using Properties = parquet::WriterProperties::Builder;

void ExpectTheSame(Properties* properties) {
  const std::string bytes = Write(*MakeTable(), properties->build());
  const auto fast = ReadRows(bytes, false).ValueOrDie();
  ASSERT_EQ(fast.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(fast, ReadRows(bytes, true).ValueOrDie());
}

TEST(FlatColumnTest, PagesOfCodesAndOfTextAreReadAsArrowReadsThem) {
  Properties properties;
  ExpectTheSame(
      properties.dictionary_pagesize_limit(100'000)->data_pagesize(10'000)->compression(
          parquet::Compression::GZIP));
}

TEST(FlatColumnTest, SoAreFilesWithoutDictionaries) {
  Properties properties;
  ExpectTheSame(properties.disable_dictionary()->compression(parquet::Compression::GZIP));
}

TEST(FlatColumnTest, SoArePagesOfTheSecondVersion) {
  Properties properties;
  ExpectTheSame(properties.data_page_version(parquet::ParquetDataPageVersion::V2)
                    ->compression(parquet::Compression::GZIP));
}

TEST(FlatColumnTest, SoAreOtherEncodingsAndCodecs) {
  Properties properties;
  ExpectTheSame(properties.disable_dictionary()
                    ->encoding("port", parquet::Encoding::DELTA_BINARY_PACKED)
                    ->encoding("bytes", parquet::Encoding::BYTE_STREAM_SPLIT)
                    ->compression(parquet::Compression::SNAPPY));
}

// Arrow cannot make a dictionary of these.
TEST(FlatColumnTest, TextInDeltaEncodingsIsRead) {
  const auto table = MakeTable();
  Properties shared;
  shared.disable_dictionary()
      ->encoding("srcaddr", parquet::Encoding::DELTA_BYTE_ARRAY)
      ->encoding("dstaddr", parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY);
  Properties usual;
  EXPECT_EQ(ReadRows(Write(*table, shared.build()), false).ValueOrDie(),
            ReadRows(Write(*table, usual.build()), false).ValueOrDie());
}

TEST(FlatColumnTest, BatchesOfARowGroupShareTheirDictionary) {
  Properties properties;
  const std::string bytes = Write(*MakeTable(), properties.build());
  auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  auto reader = BatchReader::Open(file, "part-1", {"action"}).ValueOrDie();
  const auto first = reader->Next().ValueOrDie();
  const auto second = reader->Next().ValueOrDie();
  EXPECT_EQ(first->column_data(0)->dictionary, second->column_data(0)->dictionary);
}

// How many of a few files with one damaged byte among their pages are refused.
int CountRefused(parquet::Compression::type codec) {
  Properties properties;
  properties.dictionary_pagesize_limit(100'000)->data_pagesize(10'000);
  const std::string whole = Write(*MakeTable(), properties.compression(codec)->build());
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    std::string bytes = whole;
    bytes[4 + random() % (bytes.size() / 2)] ^= static_cast<char>(1 + random() % 255);
    const auto rows = ReadRows(bytes, false);
    if (rows.ok()) continue;
    ++refused;
    // Text may have become none: the readers do not look at it.
    const std::string& message = rows.status().message();
    EXPECT_TRUE(message.find("part-1") != std::string::npos ||
                message.find("UTF8") != std::string::npos)
        << message;
  }
  return refused;
}

TEST(FlatColumnTest, DamagedGzipIsRefused) {
  EXPECT_GT(CountRefused(parquet::Compression::GZIP), 6);
}

// Without a checksum another number is as good as the one that was written: all that can
// be asked is that nothing is read beyond the pages.
TEST(FlatColumnTest, DamageWithoutAnyChecksumIsNoCrash) {
  EXPECT_LE(CountRefused(parquet::Compression::UNCOMPRESSED), 12);
}

}  // namespace
}  // namespace flowlake
