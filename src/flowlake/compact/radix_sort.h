/// Least-significant-digit radix sort of keys with row numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "flowlake/compact/huge_vector.h"

namespace flowlake {

/// Reused from sort to sort. Not thread-safe.
struct RadixMemory {
  HugeVector<uint64_t> keys;
  HugeVector<uint32_t> rows;
};

/// Sorts both, of the same size, by `keys`; equal keys keep their order.
void RadixSort(HugeVector<uint64_t>& keys, HugeVector<uint32_t>& rows,
               RadixMemory& memory);

}  // namespace flowlake
