#include "flowlake/datafile/bit_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "flowlake/base/check.h"

static_assert(std::endian::native == std::endian::little, "Parquet is little endian");

namespace flowlake {

namespace {
constexpr int kMaxWidth = 32;
constexpr size_t kBlock = 32;

// The width is a constant here, so that the compiler unrolls the loop and every shift is
// an immediate.
template <int kWidth, size_t kCount>
inline void PackWords(const uint32_t* values, uint8_t* out) {
  uint64_t bits = 0;
  int held = 0;
#pragma GCC unroll 32
  for (size_t i = 0; i < kCount; ++i) {
    const uint64_t value = values[i];
    bits |= value << held;
    held += kWidth;
    if (held < 64) continue;
    std::memcpy(out, &bits, sizeof bits);
    out += sizeof bits;
    held -= 64;
    // What did not fit; a shift by 64 would be undefined.
    bits = held == 0 ? 0 : value >> (kWidth - held);
  }
  std::memcpy(out, &bits, static_cast<size_t>(held) / 8);
}

template <int kWidth>
void Pack(const uint32_t* values, size_t count, uint8_t* out) {
  size_t at = 0;
  for (; at + kBlock <= count; at += kBlock, out += kBlock * kWidth / 8) {
    PackWords<kWidth, kBlock>(values + at, out);
  }
  for (; at < count; at += kPackGroup, out += kWidth) {
    PackWords<kWidth, kPackGroup>(values + at, out);
  }
}

using Packer = void (*)(const uint32_t*, size_t, uint8_t*);

template <int... kWidths>
constexpr std::array<Packer, sizeof...(kWidths)> MakePackers(
    std::integer_sequence<int, kWidths...>) {
  return {&Pack<kWidths + 1>...};
}
constexpr auto kPackers = MakePackers(std::make_integer_sequence<int, kMaxWidth>());
}  // namespace

void PackBits(const uint32_t* values, size_t count, int width, uint8_t* out) {
  Check(width >= 1 && width <= kMaxWidth && count % kPackGroup == 0,
        "packed values of a width or a number that there is not");
  DebugCheck(std::all_of(values, values + count,
                         [&](uint64_t value) { return value >> width == 0; }),
             "a packed value that is wider than the others");
  kPackers[static_cast<size_t>(width - 1)](values, count, out);
}

}  // namespace flowlake
