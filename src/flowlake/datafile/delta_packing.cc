#include "flowlake/datafile/delta_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <type_traits>

#include "flowlake/base/check.h"
#include "flowlake/datafile/bit_packing.h"
#include "flowlake/datafile/varint.h"

namespace flowlake {

namespace {
constexpr size_t kBlock = 128;
constexpr size_t kMiniblocks = 4;
constexpr size_t kMiniblock = kBlock / kMiniblocks;

// Wider than what PackBits() takes: sums of bytes that differ by gigabytes.
void PackWideBits(const uint64_t* values, int width, uint8_t* out) {
  __extension__ unsigned __int128 pending = 0;
  int bits = 0;
  for (size_t i = 0; i < kMiniblock; ++i) {
    __extension__ using Wide = unsigned __int128;
    pending |= static_cast<Wide>(values[i]) << bits;
    for (bits += width; bits >= 8; bits -= 8, pending >>= 8) {
      *out++ = static_cast<uint8_t>(pending);
    }
  }
}

template <typename Unsigned>
void AppendMiniblock(const Unsigned* values, int width, Bytes& out) {
  const size_t begin = out.size();
  out.resize(begin + kMiniblock * static_cast<size_t>(width) / 8);
  uint8_t* const to = out.data() + begin;
  if constexpr (sizeof(Unsigned) > sizeof(uint32_t)) {
    if (width > 32) return PackWideBits(values, width, to);
    std::array<uint32_t, kMiniblock> narrow;
    for (size_t i = 0; i < kMiniblock; ++i) narrow[i] = static_cast<uint32_t>(values[i]);
    PackBits(narrow.data(), kMiniblock, width, to);
  } else {
    PackBits(values, kMiniblock, width, to);
  }
}

/// The differences of `values` and of each the one before it, the first of which is
/// `before`: at most a block of them. Differences wrap around, as the format wants.
template <typename Number>
void AppendBlock(std::span<const Number> values, Number before, Bytes& out) {
  using Unsigned = std::make_unsigned_t<Number>;
  // What is behind the last value counts as nothing.
  std::array<Unsigned, kBlock> deltas{};
  Number least = std::numeric_limits<Number>::max();
  for (size_t i = 0; i < values.size(); ++i) {
    deltas[i] = static_cast<Unsigned>(values[i]) - static_cast<Unsigned>(before);
    least = std::min(least, static_cast<Number>(deltas[i]));
    before = values[i];
  }
  AppendZigzag(least, out);
  for (size_t i = 0; i < values.size(); ++i) deltas[i] -= static_cast<Unsigned>(least);
  std::array<int, kMiniblocks> widths;
  for (size_t i = 0; i < kMiniblocks; ++i) {
    Unsigned bits = 0;
    for (size_t j = 0; j < kMiniblock; ++j) bits |= deltas[i * kMiniblock + j];
    widths[i] = static_cast<int>(std::bit_width(bits));
    out.push_back(static_cast<uint8_t>(widths[i]));
  }
  for (size_t i = 0; i < kMiniblocks && i * kMiniblock < values.size(); ++i) {
    if (widths[i] > 0) AppendMiniblock(&deltas[i * kMiniblock], widths[i], out);
  }
}

template <typename Number>
void AppendAll(std::span<const Number> values, Bytes& out) {
  Check(values.size() < size_t{1} << 31, "a page of 2^31 numbers or more");
  AppendVarint(kBlock, out);
  AppendVarint(kMiniblocks, out);
  AppendVarint(values.size(), out);
  AppendZigzag(values.empty() ? 0 : values.front(), out);
  for (size_t at = 1; at < values.size(); at += kBlock) {
    AppendBlock(values.subspan(at, std::min(kBlock, values.size() - at)), values[at - 1],
                out);
  }
}
}  // namespace

void AppendDeltaPacked(std::span<const int32_t> values, Bytes& out) {
  AppendAll(values, out);
}

void AppendDeltaPacked(std::span<const int64_t> values, Bytes& out) {
  AppendAll(values, out);
}

}  // namespace flowlake
