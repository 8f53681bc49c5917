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
  /// Of timestamps in microseconds; of long texts a bound of at most 32 code points.
  std::optional<Value> min;
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
  std::string checksum;  ///< FooterChecksum()
  int64_t rows = 0;
  int64_t footer_bytes = 0;
  std::vector<RowGroupFooter> row_groups;
};

/// Reads the footer only. Errors name `name`. IOError if `expected` is not "" and not its
/// checksum.
Result<Footer> ReadFooter(std::shared_ptr<arrow::io::RandomAccessFile> file,
                          const std::string& name, const std::string& expected = "");

/// Reads every page and verifies its CRC, where it has one. Errors name `name`, row group
/// and column.
Status VerifyPages(std::shared_ptr<arrow::io::RandomAccessFile> file,
                   const std::string& name);

/// As people read it: one line per row group and column.
std::string DescribeFooter(const Footer& footer);

}  // namespace flowlake
