/// Numbers as packed differences: DELTA_BINARY_PACKED of 32-bit integers (Encodings.md of
/// apache/parquet-format, "Delta Encoding").
#pragma once

#include <cstdint>
#include <span>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

/// Appends `values` to `out`. Requires fewer than 2^31 of them, none negative.
void AppendDeltaPacked(std::span<const int32_t> values, Bytes& out);

}  // namespace flowlake
