/// The RLE / bit-packing hybrid of Parquet (Encodings.md of apache/parquet-format, "Run
/// Length Encoding / Bit-Packing Hybrid"), for dictionary codes and definition levels:
///   encoded := (<varint: count << 1> <value in ceil(width / 8) bytes, little endian>
///             | <varint: groups << 1 | 1> <groups of 8 values, width bytes each>)*
/// Without the length that some of its uses put before it.
#pragma once

#include <cstdint>
#include <span>

#include "flowlake/datafile/uninitialized_vector.h"

namespace flowlake {

using Bytes = UninitializedVector<uint8_t>;

/// Bits that hold every code below `size`; at least 1, because some readers refuse 0.
int CodeWidth(uint32_t size);

/// Appends `values` to `out`. Requires values < 2^width and 1 <= width <= 32.
void AppendHybrid(std::span<const uint32_t> values, int width, Bytes& out);

/// The same for `count` times `value`.
void AppendHybridRun(uint32_t value, size_t count, int width, Bytes& out);

/// The same for values of one bit, packed already: the first in the lowest bit of the
/// first byte. Bits of the last byte beyond `count` are 0.
void AppendHybridBits(std::span<const uint8_t> bits, size_t count, Bytes& out);

}  // namespace flowlake
