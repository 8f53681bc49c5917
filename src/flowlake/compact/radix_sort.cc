#include "flowlake/compact/radix_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

namespace flowlake {

namespace {
// 2,048 write positions: their cache lines fit a first-level cache, nearly.
constexpr size_t kDigitBits = 11;
constexpr size_t kBuckets = size_t{1} << kDigitBits;
constexpr size_t kDigits = (64 + kDigitBits - 1) / kDigitBits;

using Counts = std::array<std::array<uint32_t, kBuckets>, kDigits>;

size_t DigitOf(uint64_t key, size_t digit) {
  return key >> (digit * kDigitBits) & (kBuckets - 1);
}

void Count(const HugeVector<uint64_t>& keys, size_t digits, Counts& counts) {
  for (const uint64_t key : keys) {
    for (size_t digit = 0; digit < digits; ++digit) ++counts[digit][DigitOf(key, digit)];
  }
}

void ToPositions(std::array<uint32_t, kBuckets>& counts) {
  uint32_t position = 0;
  for (uint32_t& count : counts) {
    const uint32_t size = count;
    count = position;
    position += size;
  }
}
}  // namespace

void RadixSort(HugeVector<uint64_t>& keys, HugeVector<uint32_t>& rows,
               RadixMemory& memory) {
  if (keys.empty() || std::ranges::is_sorted(keys)) return;
  const uint64_t largest = *std::ranges::max_element(keys);
  const size_t digits =
      (static_cast<size_t>(std::bit_width(largest)) + kDigitBits - 1) / kDigitBits;
  const auto counts = std::make_unique<Counts>();
  Count(keys, digits, *counts);
  memory.keys.resize(keys.size());
  memory.rows.resize(rows.size());
  for (size_t digit = 0; digit < digits; ++digit) {
    auto& at = (*counts)[digit];
    if (at[DigitOf(keys.front(), digit)] == keys.size()) continue;  // all the same
    ToPositions(at);
    for (size_t i = 0; i < keys.size(); ++i) {
      const uint32_t to = at[DigitOf(keys[i], digit)]++;
      memory.keys[to] = keys[i];
      memory.rows[to] = rows[i];
    }
    keys.swap(memory.keys);
    rows.swap(memory.rows);
  }
}

}  // namespace flowlake
