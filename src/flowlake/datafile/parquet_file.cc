#include "flowlake/datafile/parquet_file.h"

#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include <algorithm>
#include <utility>

#include "flowlake/base/version.h"
#include "flowlake/datafile/bloom_filter.h"
#include "flowlake/datafile/chunk_writer.h"
#include "flowlake/datafile/parquet_schema.h"

namespace flowlake {

namespace {
constexpr char kMagic[] = "PAR1";
// Generous estimates of what the library holds: a column chunk's metadata, and a page's
// entries in the column and the offset index.
constexpr int64_t kChunkMetadataBytes = 1200;
constexpr int64_t kPageMetadataBytes = 300;

parquet::Compression::type CodecOf(Compression compression) {
  switch (compression) {
    case Compression::kSnappy:
      return parquet::Compression::SNAPPY;
    case Compression::kZstd:
      return parquet::Compression::ZSTD;
    case Compression::kGzip:
      return parquet::Compression::GZIP;
    default:
      return parquet::Compression::UNCOMPRESSED;
  }
}
}  // namespace

ParquetFile::ParquetFile(std::shared_ptr<arrow::io::OutputStream> sink,
                         const std::vector<Field>& fields, const DataFileOptions& options,
                         PageCompressor compressor)
    : sink_(std::move(sink)), compressor_(std::move(compressor)) {
  schema_.Init(MakeParquetSchema(fields));
  properties_ = parquet::WriterProperties::Builder()
                    .version(parquet::ParquetVersion::PARQUET_2_6)
                    ->compression(CodecOf(options.compression))
                    ->created_by(std::string("flowlake version ") + kVersion)
                    ->build();
  metadata_ = parquet::FileMetaDataBuilder::Make(&schema_, properties_);
  index_ = parquet::PageIndexBuilder::Make(&schema_);
  for (const Field& field : fields) {
    has_bloom_filter_.push_back(std::ranges::count(options.bloom_filters, field.name) >
                                0);
  }
}

Result<std::unique_ptr<ParquetFile>> ParquetFile::Make(
    std::shared_ptr<arrow::io::OutputStream> sink, const std::vector<Field>& fields,
    const DataFileOptions& options) {
  ARROW_ASSIGN_OR_RAISE(PageCompressor compressor,
                        PageCompressor::Make(options.compression));
  ARROW_RETURN_NOT_OK(sink->Write(kMagic, 4));
  return std::unique_ptr<ParquetFile>(
      new ParquetFile(std::move(sink), fields, options, std::move(compressor)));
}

Status ParquetFile::WriteRowGroup(std::span<const ColumnEncoder* const> columns) {
  parquet::RowGroupMetaDataBuilder* group = metadata_->AppendRowGroup();
  index_->AppendRowGroup();
  const int64_t rows = columns.front()->rows();
  group->set_num_rows(rows);
  int64_t bytes = 0;
  for (size_t column = 0; column < columns.size(); ++column) {
    parquet::ColumnChunkMetaDataBuilder* chunk = group->NextColumnChunk();
    const auto number = static_cast<int32_t>(column);
    ARROW_ASSIGN_OR_RAISE(
        const int64_t chunk_bytes,
        WriteChunk(*columns[column],
                   {*sink_, compressor_, *chunk, *index_->GetColumnIndexBuilder(number),
                    *index_->GetOffsetIndexBuilder(number)}));
    bytes += chunk_bytes;
    const auto page_count = static_cast<int64_t>(columns[column]->pages().size());
    metadata_memory_ += kChunkMetadataBytes + page_count * kPageMetadataBytes;
  }
  group->Finish(bytes, static_cast<int16_t>(row_groups_));
  ARROW_RETURN_NOT_OK(WriteBloomFilters(columns));
  ++row_groups_;
  return Status::OK();
}

// Behind their row group, so that no filter waits in memory for the end of the file.
Status ParquetFile::WriteBloomFilters(std::span<const ColumnEncoder* const> columns) {
  for (size_t column = 0; column < columns.size(); ++column) {
    if (!has_bloom_filter_[column]) continue;
    ARROW_ASSIGN_OR_RAISE(const int64_t offset, sink_->Tell());
    ARROW_ASSIGN_OR_RAISE(const int64_t bytes,
                          WriteBloomFilter(*columns[column], *sink_));
    if (bytes == 0) continue;
    bloom_filters_.push_back({{row_groups_, static_cast<int32_t>(column)},
                              {offset, static_cast<int32_t>(bytes)}});
  }
  return Status::OK();
}

Result<int64_t> ParquetFile::Finish() {
  index_->Finish();
  const auto locations = index_->WriteTo(sink_.get());
  metadata_->SetIndexLocations(parquet::IndexKind::kColumnIndex,
                               locations.column_index_locations);
  metadata_->SetIndexLocations(parquet::IndexKind::kOffsetIndex,
                               locations.offset_index_locations);
  if (!bloom_filters_.empty()) {
    metadata_->SetIndexLocations(parquet::IndexKind::kBloomFilter, bloom_filters_);
  }
  parquet::WriteFileMetaData(*metadata_->Finish(), sink_.get());
  return sink_->Tell();
}

}  // namespace flowlake
