/// Split-block Bloom filters of column chunks (parquet-format, BloomFilter.md).
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>

#include "flowlake/base/status.h"
#include "flowlake/datafile/column_encoder.h"

namespace flowlake {

/// Writes the filter of a finished string column's distinct values, which one lookup in a
/// hundred passes by chance. Returns its bytes; 0, and nothing is written, where the
/// dictionary does not hold every value. parquet-cpp's exceptions pass.
Result<int64_t> WriteBloomFilter(const ColumnEncoder& column,
                                 arrow::io::OutputStream& sink);

}  // namespace flowlake
