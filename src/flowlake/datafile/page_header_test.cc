#include "flowlake/datafile/page_header.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>

#include <memory>
#include <numeric>
#include <string>

#include "flowlake/datafile/parquet_schema.h"

namespace flowlake {
namespace {

// A column chunk of one page, read with its CRC verified.
std::shared_ptr<parquet::Page> ReadByArrow(PageHeader header, Bytes page) {
  header.page = page;
  Bytes chunk = EncodePageHeader(header);
  AppendTo<uint8_t>(chunk, page);
  auto stream = std::make_shared<arrow::io::BufferReader>(
      arrow::Buffer::FromString(std::string(chunk.begin(), chunk.end())));
  parquet::ReaderProperties properties;
  properties.set_page_checksum_verification(true);
  parquet::SchemaDescriptor schema;
  schema.Init(MakeParquetSchema({{"number", ColumnType::kInt64}}));
  const auto reader =
      parquet::PageReader::Open(stream, header.values, parquet::Compression::UNCOMPRESSED,
                                properties, *schema.Column(0));
  return reader->NextPage();
}

Bytes Numbers(size_t count) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), uint8_t{1});
  return bytes;
}

TEST(PageHeader, DataPagesAreReadWithTheirCrc) {
  for (const size_t size : {1, 63, 64, 1000, 100'000}) {
    const auto page = ReadByArrow({false,
                                   20'000,
                                   parquet::Encoding::RLE_DICTIONARY,
                                   static_cast<int64_t>(size),
                                   {}},
                                  Numbers(size));
    ASSERT_EQ(page->type(), parquet::PageType::DATA_PAGE);
    const auto& data = static_cast<const parquet::DataPageV1&>(*page);
    EXPECT_EQ(data.num_values(), 20'000);
    EXPECT_EQ(data.encoding(), parquet::Encoding::RLE_DICTIONARY);
    EXPECT_EQ(data.definition_level_encoding(), parquet::Encoding::RLE);
    EXPECT_EQ(data.size(), static_cast<int32_t>(size));
  }
}

TEST(PageHeader, DictionaryPagesAreReadWithTheirCrc) {
  const auto page = ReadByArrow({true, 7, parquet::Encoding::PLAIN, 56, {}}, Numbers(56));
  ASSERT_EQ(page->type(), parquet::PageType::DICTIONARY_PAGE);
  const auto& dictionary = static_cast<const parquet::DictionaryPage&>(*page);
  EXPECT_EQ(dictionary.num_values(), 7);
  EXPECT_EQ(dictionary.encoding(), parquet::Encoding::PLAIN);
}

}  // namespace
}  // namespace flowlake
