/// The header before a page, as far as a reader's memory depends on it: a PageHeader of
/// parquet.thrift (apache/parquet-format), in Thrift's compact protocol
/// (apache/thrift, doc/specs/thrift-compact-protocol.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "flowlake/base/status.h"

namespace flowlake {

struct PageHead {
  int64_t header_bytes = 0;
  int64_t compressed_bytes = 0;
  int64_t uncompressed_bytes = 0;
  int64_t values = 0;     ///< of a data page, with NULLs
  int64_t type = -1;      ///< parquet.thrift's PageType
  int64_t encoding = -1;  ///< its Encoding, of a data or a dictionary page
};

/// nullopt if `bytes` end within the header. Invalid if they are none, or one whose parts
/// contradict its type; sizes and counts of the result are not negative.
Result<std::optional<PageHead>> ParsePageHead(std::span<const uint8_t> bytes);

}  // namespace flowlake
