/// Numbers in as few bytes as they need, seven bits each, the lowest first: ULEB128 of
/// Parquet's encodings, varints of Thrift's compact protocol.
#pragma once

#include <cstdint>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

inline void AppendVarint(uint64_t value, Bytes& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<uint8_t>(value | 0x80));
  out.push_back(static_cast<uint8_t>(value));
}

/// Zigzag: numbers near 0 are short, whatever their sign.
inline void AppendZigzag(int64_t value, Bytes& out) {
  AppendVarint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63),
               out);
}

}  // namespace flowlake
