#include "flowlake/datafile/delta_packing.h"

#include <algorithm>
#include <array>
#include <bit>

#include "flowlake/datafile/bit_packing.h"
#include "flowlake/datafile/varint.h"

namespace flowlake {

namespace {
constexpr size_t kBlock = 128;
constexpr size_t kMiniblocks = 4;
constexpr size_t kMiniblock = kBlock / kMiniblocks;

/// The differences of `values` and of each the one before it, the first of which is
/// `before`: at most a block of them.
void AppendBlock(std::span<const int32_t> values, int32_t before, Bytes& out) {
  std::array<int32_t, kBlock> deltas{};
  for (size_t i = 0; i < values.size(); ++i) {
    deltas[i] = values[i] - before;
    before = values[i];
  }
  const int32_t least = *std::min_element(deltas.data(), deltas.data() + values.size());
  AppendZigzag(least, out);
  // What is behind the last value counts as nothing.
  std::array<uint32_t, kBlock> packed{};
  for (size_t i = 0; i < values.size(); ++i) {
    packed[i] = static_cast<uint32_t>(deltas[i]) - static_cast<uint32_t>(least);
  }
  std::array<int, kMiniblocks> widths;
  for (size_t i = 0; i < kMiniblocks; ++i) {
    const uint32_t* const first = packed.data() + i * kMiniblock;
    widths[i] =
        static_cast<int>(std::bit_width(*std::max_element(first, first + kMiniblock)));
    out.push_back(static_cast<uint8_t>(widths[i]));
  }
  for (size_t i = 0; i < kMiniblocks && i * kMiniblock < values.size(); ++i) {
    if (widths[i] == 0) continue;
    const size_t begin = out.size();
    out.resize(begin + kMiniblock * static_cast<size_t>(widths[i]) / 8);
    PackBits(packed.data() + i * kMiniblock, kMiniblock, widths[i], out.data() + begin);
  }
}
}  // namespace

void AppendDeltaPacked(std::span<const int32_t> values, Bytes& out) {
  AppendVarint(kBlock, out);
  AppendVarint(kMiniblocks, out);
  AppendVarint(values.size(), out);
  AppendZigzag(values.empty() ? 0 : values.front(), out);
  for (size_t at = 1; at < values.size(); at += kBlock) {
    AppendBlock(values.subspan(at, std::min(kBlock, values.size() - at)), values[at - 1],
                out);
  }
}

}  // namespace flowlake
