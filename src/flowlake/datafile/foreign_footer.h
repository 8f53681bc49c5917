/// The footer of somebody's Parquet file, looked at before parquet-cpp unpacks it: its
/// structures take hundreds of bytes for one of the file's, and no memory pool bounds
/// them.
///   FileMetaData { 2: list<SchemaElement>, 4: list<RowGroup { 1: list<ColumnChunk> }> …
///   }
/// in Thrift's compact protocol. Source: apache/parquet-format, parquet.thrift;
/// apache/thrift, doc/specs/thrift-compact-protocol.md.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// Longer footers are refused.
inline constexpr int64_t kMaxFooterBytes = 16 << 20;
/// More columns are refused, groups of nested ones included.
inline constexpr int64_t kMaxSchemaElements = 4000;
/// So much parquet-cpp may need for what a footer describes, by estimate: about 50,000
/// column chunks.
inline constexpr int64_t kMaxFooterMemory = 80 << 20;

/// Invalid says what of `footer`, without its length and magic bytes, is too much or cut
/// short. Takes no memory.
Status CheckFooter(std::string_view footer);

/// Reads and checks it. Throws what parquet-cpp throws. Sets `checksum`, if it is no
/// nullptr, to FooterChecksum(); where it is not `expected` (unless that is ""), nothing
/// is unpacked.
Result<std::shared_ptr<parquet::FileMetaData>> ReadForeignFooter(
    arrow::io::RandomAccessFile& file, const parquet::ReaderProperties& properties,
    std::string_view expected = "", std::string* checksum = nullptr);

}  // namespace flowlake
