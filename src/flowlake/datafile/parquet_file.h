/// A Parquet file under construction, row group by row group, on parquet-cpp's page-level
/// API: pages and their headers are ours, footer and page index are the library's.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/index_location.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/schema.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/column_encoder.h"
#include "flowlake/datafile/writer.h"

namespace flowlake {

/// Not thread-safe. parquet-cpp's exceptions pass.
class ParquetFile {
 public:
  /// Writes the magic bytes. The file has exactly `fields`.
  static Result<std::unique_ptr<ParquetFile>> Make(
      std::shared_ptr<arrow::io::OutputStream> sink, const std::vector<Field>& fields,
      const DataFileOptions& options);

  /// `columns` in the order of the fields, finished, all with the same number of rows.
  Status WriteRowGroup(std::span<const ColumnEncoder* const> columns);
  /// Page index and footer. Does not close the sink; returns the file's length.
  Result<int64_t> Finish();

  int row_groups() const { return row_groups_; }
  /// Estimate of what finished row groups keep in memory until the footer is written.
  int64_t metadata_memory() const { return metadata_memory_; }

 private:
  Status WriteBloomFilters(std::span<const ColumnEncoder* const> columns);

  ParquetFile(std::shared_ptr<arrow::io::OutputStream> sink,
              const std::vector<Field>& fields, const DataFileOptions& options,
              PageCompressor compressor);

  std::shared_ptr<arrow::io::OutputStream> sink_;
  PageCompressor compressor_;
  std::shared_ptr<parquet::WriterProperties> properties_;
  parquet::SchemaDescriptor schema_;
  std::unique_ptr<parquet::FileMetaDataBuilder> metadata_;
  std::unique_ptr<parquet::PageIndexBuilder> index_;
  int row_groups_ = 0;
  int64_t metadata_memory_ = 0;
  std::vector<bool> has_bloom_filter_;  // by column
  parquet::IndexLocations bloom_filters_;
};

}  // namespace flowlake
