/// One column of a finished row group, written as a column chunk.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>

#include <cstdint>

#include "flowlake/datafile/column_encoder.h"

namespace flowlake {

/// What a column chunk is written to, and described by.
struct ChunkOutput {
  arrow::io::OutputStream& sink;
  const PageCompressor& compressor;  ///< for the dictionary page
  parquet::ColumnChunkMetaDataBuilder& chunk;
  parquet::ColumnIndexBuilder& bounds;
  parquet::OffsetIndexBuilder& offsets;
};

/// Writes the dictionary page, if there is one, and the data pages (v1), with CRCs, and
/// finishes the chunk's metadata and its part of the page index. Requires that `column`
/// is finished. Returns the bytes before compression, with headers. parquet-cpp's
/// exceptions pass.
Result<int64_t> WriteChunk(const ColumnEncoder& column, const ChunkOutput& output);

}  // namespace flowlake
