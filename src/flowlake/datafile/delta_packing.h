/// Numbers as packed differences: DELTA_BINARY_PACKED (Encodings.md of
/// apache/parquet-format, "Delta Encoding").
#pragma once

#include <cstdint>
#include <span>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

/// Appends `values` to `out`, as a column of INT32 or INT64 has them. Requires fewer than
/// 2^31 of them.
void AppendDeltaPacked(std::span<const int32_t> values, Bytes& out);
void AppendDeltaPacked(std::span<const int64_t> values, Bytes& out);

}  // namespace flowlake
