/// The pages of a gzip-compressed column chunk, inflated at once by ISA-L: AWS delivers
/// Parquet so, and Arrow's zlib takes half the time of reading it.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/column_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>

namespace flowlake {

/// Whether OpenInflatedPages() is the way to the pages of `chunk`.
bool HasGzipPages(const parquet::FileMetaData& file,
                  const parquet::ColumnChunkMetaData& chunk);

/// As RowGroupReader::GetColumnPageReader() gives them, from the pool of `properties`. A
/// page of the result is valid until the next. Throws what parquet-cpp throws.
std::unique_ptr<parquet::PageReader> OpenInflatedPages(
    const std::shared_ptr<arrow::io::RandomAccessFile>& file,
    parquet::ReaderProperties properties, const parquet::ColumnChunkMetaData& chunk,
    const parquet::ColumnDescriptor& column);

}  // namespace flowlake
