#include "flowlake/datafile/footer.h"

#include <arrow/util/compression.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/datafile/bounded_pool.h"
#include "flowlake/datafile/foreign_footer.h"
#include "flowlake/datafile/parquet_call.h"
#include "flowlake/datafile/parquet_schema.h"

namespace flowlake {

namespace {
using parquet::ParquetFileReader;

// A lake is of whoever may write to it: one page of it is not worth more than that.
constexpr int64_t kPageMemory = 128 << 20;

Result<std::unique_ptr<ParquetFileReader>> OpenFile(
    std::shared_ptr<arrow::io::RandomAccessFile> file, arrow::MemoryPool* pool) {
  parquet::ReaderProperties properties(pool);
  properties.set_page_checksum_verification(true);
  // Column by column through a small window: a chunk may be larger than the memory.
  properties.enable_buffered_stream();
  ARROW_ASSIGN_OR_RAISE(auto metadata, ReadForeignFooter(*file, properties));
  return ParquetFileReader::Open(std::move(file), properties, std::move(metadata));
}

std::string Encodings(const parquet::ColumnChunkMetaData& chunk) {
  std::vector<std::string> names;
  for (const auto encoding : chunk.encodings()) {
    names.push_back(parquet::EncodingToString(encoding));
  }
  std::ranges::sort(names);
  // Not std::ranges::unique: clang 14 cannot compile libstdc++ 12's.
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string CodecName(parquet::Compression::type codec) {
  if (codec == parquet::Compression::UNCOMPRESSED) return "none";
  return arrow::util::Codec::GetCodecAsString(codec);
}

void ReadStatistics(const parquet::ColumnChunkMetaData& metadata,
                    const parquet::ColumnDescriptor& column, ChunkFooter& chunk) {
  const auto statistics = metadata.encoded_statistics();
  if (!statistics) return;
  chunk.null_count = statistics->null_count;
  if (!statistics->has_min || !statistics->has_max) return;
  chunk.min = DecodeStatistic(column, statistics->min());
  chunk.max = DecodeStatistic(column, statistics->max());
}

ChunkFooter ReadChunk(const parquet::ColumnChunkMetaData& metadata,
                      const parquet::ColumnDescriptor& column) {
  ChunkFooter chunk;
  chunk.column = metadata.path_in_schema()->ToDotString();
  chunk.offset = metadata.has_dictionary_page() ? metadata.dictionary_page_offset()
                                                : metadata.data_page_offset();
  chunk.compressed_bytes = metadata.total_compressed_size();
  chunk.uncompressed_bytes = metadata.total_uncompressed_size();
  chunk.is_timestamp = column.logical_type()->is_timestamp();
  chunk.encodings = Encodings(metadata);
  chunk.compression = CodecName(metadata.compression());
  ReadStatistics(metadata, column, chunk);
  return chunk;
}

RowGroupFooter ReadRowGroup(const parquet::RowGroupMetaData& metadata) {
  RowGroupFooter group{metadata.num_rows(), {}};
  for (int column = 0; column < metadata.num_columns(); ++column) {
    group.chunks.push_back(
        ReadChunk(*metadata.ColumnChunk(column), *metadata.schema()->Column(column)));
  }
  return group;
}

Footer ToFooter(const parquet::FileMetaData& metadata) {
  Footer footer{metadata.created_by(), "", metadata.num_rows(), metadata.size(), {}};
  for (int group = 0; group < metadata.num_row_groups(); ++group) {
    footer.row_groups.push_back(ReadRowGroup(*metadata.RowGroup(group)));
  }
  return footer;
}

void VerifyChunk(ParquetFileReader& reader, int group, int column) {
  const auto metadata = reader.metadata()->RowGroup(group);
  const auto pages = reader.RowGroup(group)->GetColumnPageReader(column);
  int64_t values = 0;
  while (const auto page = pages->NextPage()) {
    if (page->type() == parquet::PageType::DICTIONARY_PAGE) continue;
    values += static_cast<const parquet::DataPage&>(*page).num_values();
  }
  const int64_t expected = metadata->ColumnChunk(column)->num_values();
  if (values == expected) return;
  throw parquet::ParquetException(std::to_string(values) + " values in the pages, not " +
                                  std::to_string(expected));
}

Status VerifyFile(ParquetFileReader& reader, const std::string& name) {
  const auto metadata = reader.metadata();
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    for (int column = 0; column < metadata->num_columns(); ++column) {
      const std::string operation =
          "verify row group " + std::to_string(group) + ", column " +
          metadata->schema()->Column(column)->name() + " of " + name;
      ARROW_RETURN_NOT_OK(CallParquet(operation, [&] {
        VerifyChunk(reader, group, column);
        return Status::OK();
      }));
    }
  }
  return Status::OK();
}

std::string Describe(const std::optional<Value>& value, bool is_timestamp) {
  if (!value) return "?";
  if (const auto* number = std::get_if<int64_t>(&*value)) {
    return is_timestamp ? FormatTimestamp(*number) : std::to_string(*number);
  }
  return '"' + EscapeForTerminal(std::get<std::string>(*value)) + '"';
}
}  // namespace

Result<Footer> ReadFooter(std::shared_ptr<arrow::io::RandomAccessFile> file,
                          const std::string& name, const std::string& expected) {
  Footer footer;
  ARROW_RETURN_NOT_OK(CallParquet("read footer of " + name, [&]() -> Status {
    std::string checksum;
    ARROW_ASSIGN_OR_RAISE(const auto metadata,
                          ReadForeignFooter(*file, parquet::default_reader_properties(),
                                            expected, &checksum));
    footer = ToFooter(*metadata);
    footer.checksum = std::move(checksum);
    return Status::OK();
  }));
  return footer;
}

Status VerifyPages(std::shared_ptr<arrow::io::RandomAccessFile> file,
                   const std::string& name) {
  BoundedPool pool(kPageMemory);
  std::unique_ptr<ParquetFileReader> reader;
  ARROW_RETURN_NOT_OK(CallParquet("read footer of " + name, [&] {
    return OpenFile(std::move(file), &pool).Value(&reader);
  }));
  return VerifyFile(*reader, name);
}

std::string DescribeFooter(const Footer& footer) {
  std::ostringstream out;
  out << Plural(footer.rows, "row") << " in "
      << Plural(static_cast<int64_t>(footer.row_groups.size()), "row group")
      << ", footer " << footer.footer_bytes << " bytes, by "
      << EscapeForTerminal(footer.created_by) << "\n";
  int number = 0;
  for (const RowGroupFooter& group : footer.row_groups) {
    out << "row group " << number++ << ": " << Plural(group.rows, "row") << "\n";
    for (const ChunkFooter& chunk : group.chunks) {
      out << "  " << EscapeForTerminal(chunk.column) << ": " << chunk.compressed_bytes
          << " of " << chunk.uncompressed_bytes << " bytes at " << chunk.offset << ", "
          << chunk.compression << ", " << chunk.encodings << ", " << chunk.null_count
          << " nulls, " << Describe(chunk.min, chunk.is_timestamp) << " to "
          << Describe(chunk.max, chunk.is_timestamp) << "\n";
    }
  }
  return out.str();
}

}  // namespace flowlake
