// Reading, and what is refused.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/writer.h>

#include "flowlake/datafile/data_file_testing.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

TEST_F(DataFileTest, StringsAreReadAsDictionaries) {
  const DataFile file = Write({MakeRow("a", 1)});
  auto reader = BatchReader::Open(File(file), "x", {"address"}).ValueOrDie();
  ASSERT_EQ(reader->schema()->num_fields(), 1);
  EXPECT_EQ(reader->schema()->field(kAddress)->type()->id(), arrow::Type::DICTIONARY);
}

TEST_F(DataFileTest, BatchesAreBounded) {
  const DataFile file = Write(std::vector<Row>(150'000, MakeRow("a", 1)));
  auto reader = BatchReader::Open(File(file), file.path).ValueOrDie();
  EXPECT_EQ(reader->rows(), 150'000);
  int64_t rows = 0;
  while (auto batch = reader->Next().ValueOrDie()) {
    EXPECT_LE(batch->num_rows(), 64 << 10);
    rows += batch->num_rows();
  }
  EXPECT_EQ(rows, 150'000);
}

TEST_F(DataFileTest, AMissingColumnIsNamed) {
  const DataFile file = Write({MakeRow("a", 1)});
  const Status status = BatchReader::Open(File(file), "part-1", {"vpc_id"}).status();
  EXPECT_THAT(status.message(), testing::AllOf(HasSubstr("part-1"), HasSubstr("vpc_id")));
}

std::shared_ptr<arrow::io::RandomAccessFile> AsFile(std::string bytes) {
  return std::make_shared<arrow::io::BufferReader>(
      arrow::Buffer::FromString(std::move(bytes)));
}

TEST_F(DataFileTest, WhatIsNoParquetIsRefusedByName) {
  for (const std::string& bytes :
       {std::string(), std::string("PAR1"), std::string(5000, 'x')}) {
    EXPECT_THAT(ReadFooter(AsFile(bytes), "part-1").status().message(),
                HasSubstr("part-1"));
    EXPECT_THAT(BatchReader::Open(AsFile(bytes), "part-1").status().message(),
                HasSubstr("part-1"));
  }
}

/// Codes of three bits, packed: 0 1 2 3 4 0 1 2 3 4 …, or 7 7 7 ….
std::string Packed(int count, bool are_seven) {
  std::string bytes(static_cast<size_t>(count) * 3 / 8, '\0');
  for (int bit = 0; bit < count * 3; ++bit) {
    const int code = are_seven ? 7 : bit / 3 % 5;
    const int value = (code >> bit % 3 & 1) << bit % 8;
    bytes[static_cast<size_t>(bit / 8)] |= static_cast<char>(value);
  }
  return bytes;
}

/// A file of somebody else's with texts of five values, or lists of them.
std::string ForeignFile(bool in_lists) {
  arrow::StringBuilder texts;
  auto items = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), items);
  for (int i = 0; i < 400; ++i) {
    const std::string text = std::to_string(i % 5);
    EXPECT_TRUE(texts.Append(text).ok() && lists.Append().ok() &&
                items->Append(text).ok());
  }
  arrow::ArrayBuilder& column =
      in_lists ? static_cast<arrow::ArrayBuilder&>(lists) : texts;
  const auto array = column.Finish().ValueOrDie();
  const auto table = arrow::Table::Make(arrow::schema({arrow::field("x", array->type())}),
                                        arrow::ArrayVector{array});
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto properties = parquet::WriterProperties::Builder()
                              .compression(parquet::Compression::UNCOMPRESSED)
                              ->build();
  EXPECT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), sink,
                                         1 << 20, properties)
                  .ok());
  return sink->Finish().ValueOrDie()->ToString();
}

TEST_F(DataFileTest, CodesOutsideOfTheirDictionaryAreRefusedWhoeverReadsThem) {
  for (const bool in_lists : {false, true}) {
    std::string bytes = ForeignFile(in_lists);
    const size_t at = bytes.find(Packed(80, false));
    ASSERT_NE(at, bytes.npos);
    bytes.replace(at, 30, Packed(80, true));
    for (const bool as_arrow_reads : {false, true}) {
      BatchReaderOptions options;
      options.as_arrow_reads = as_arrow_reads;
      auto reader = BatchReader::Open(AsFile(bytes), "x", {}, options).ValueOrDie();
      EXPECT_THAT(reader->Next().status().message(), HasSubstr("dictionary"))
          << in_lists << as_arrow_reads;
    }
  }
}

TEST_F(DataFileTest, AFlippedBitInAPageIsFound) {
  std::vector<Row> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back(MakeRow(std::to_string(i * 7919), i));
  const DataFile file = Write(rows);
  std::string bytes = ReadAll(*store_, "flows/" + file.path).ValueOrDie();
  const ChunkFooter chunk = FooterOf(file).row_groups[0].chunks[1];
  bytes[static_cast<size_t>(chunk.offset + chunk.compressed_bytes / 2)] ^= 4;
  const Status status = VerifyPages(AsFile(bytes), "part-1");
  EXPECT_THAT(status.message(), HasSubstr("row group 0, column port of part-1"));
  auto reader = BatchReader::Open(AsFile(bytes), "part-1").ValueOrDie();
  EXPECT_THAT(reader->Next().status().message(), HasSubstr("part-1"));
}

TEST_F(DataFileTest, TheFooterReadsAsText) {
  const DataFile file = Write({MakeRow("10.0.0.1", 443), MakeRow("10.0.0.1", 22)});
  const std::string text = DescribeFooter(FooterOf(file));
  EXPECT_THAT(text, HasSubstr("2 rows in 1 row group,"));
  EXPECT_THAT(text, HasSubstr("0 nulls, \"10.0.0.1\" to \"10.0.0.1\""));
  EXPECT_THAT(text, HasSubstr("22 to 443"));
}

}  // namespace
}  // namespace flowlake
