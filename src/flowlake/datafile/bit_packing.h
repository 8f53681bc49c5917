/// Parquet's bit packing: values of `width` bits one after the other, from the least
/// significant bit of each byte on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flowlake {

/// Values per group of Parquet's hybrid encoding; a group ends with a whole byte.
inline constexpr size_t kPackGroup = 8;

/// Writes `count` values as `count / 8` groups of `width` bytes. Requires values below
/// 2^width, 1 <= width <= 32, and a `count` that is a multiple of 8.
void PackBits(const uint32_t* values, size_t count, int width, uint8_t* out);

}  // namespace flowlake
