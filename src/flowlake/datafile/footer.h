/// What a Parquet file's footer says: for `check`, `dump` and cost estimates.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/base/value.h"

namespace flowlake {

struct ChunkFooter {
  std::string column;
  int64_t offset = 0;
  int64_t compressed_bytes = 0;
  int64_t uncompressed_bytes = 0;
  int64_t null_count = 0;
  std::optional<Value> min;  ///< of timestamps in microseconds
  std::optional<Value> max;
  bool is_timestamp = false;
  std::string encodings;  ///< "PLAIN, RLE, RLE_DICTIONARY"
  std::string compression;
};

struct RowGroupFooter {
  int64_t rows = 0;
  std::vector<ChunkFooter> chunks;
};

struct Footer {
  std::string created_by;
  int64_t rows = 0;
  int64_t footer_bytes = 0;
  std::vector<RowGroupFooter> row_groups;
};

/// Reads the footer only. Errors name `name`.
Result<Footer> ReadFooter(std::shared_ptr<arrow::io::RandomAccessFile> file,
                          const std::string& name);

/// Reads every page and verifies its CRC, where it has one. Errors name `name`, row group
/// and column.
Status VerifyPages(std::shared_ptr<arrow::io::RandomAccessFile> file,
                   const std::string& name);

/// As people read it: one line per row group and column.
std::string DescribeFooter(const Footer& footer);

}  // namespace flowlake
