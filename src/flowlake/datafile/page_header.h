/// The header before a page: a PageHeader of parquet.thrift (apache/parquet-format), in
/// Thrift's compact protocol. Ours, because the library's page writer takes more time for
/// its CRC than a page takes to be packed.
#pragma once

#include <parquet/types.h>

#include <cstdint>
#include <span>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

struct PageHeader {
  bool is_dictionary = false;  ///< else a data page, version 1, with levels in RLE
  int64_t values = 0;          ///< with NULLs
  parquet::Encoding::type encoding = parquet::Encoding::PLAIN;
  int64_t uncompressed_bytes = 0;
  /// As the file holds it; its CRC goes into the header.
  std::span<const uint8_t> page;
};

/// Requires sizes and counts below 2^31.
Bytes EncodePageHeader(const PageHeader& header);

}  // namespace flowlake
