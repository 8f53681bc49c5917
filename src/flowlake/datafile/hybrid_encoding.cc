#include "flowlake/datafile/hybrid_encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "flowlake/base/check.h"
#include "flowlake/datafile/bit_packing.h"
#include "flowlake/datafile/varint.h"

namespace flowlake {

namespace {
// Runs are looked for in steps of a block: looking at its first and its last value costs
// next to nothing where there are none. One of twice its length is always found.
constexpr size_t kBlock = 4 * kPackGroup;

uint8_t* Extend(size_t count, Bytes& out) {
  Resize(out, out.size() + count);
  return out.data() + out.size() - count;
}

// Only the last group may be short; it is filled up with zeros, which readers drop.
void AppendPacked(std::span<const uint32_t> values, int width, Bytes& out) {
  if (values.empty()) return;
  const size_t groups = (values.size() + kPackGroup - 1) / kPackGroup;
  const size_t whole = values.size() / kPackGroup * kPackGroup;
  AppendVarint(groups << 1 | 1, out);
  uint8_t* const to = Extend(groups * static_cast<size_t>(width), out);
  PackBits(values.data(), whole, width, to);
  if (whole == values.size()) return;
  std::array<uint32_t, kPackGroup> last{};
  std::ranges::copy(values.subspan(whole), last.begin());
  PackBits(last.data(), kPackGroup, width,
           to + (groups - 1) * static_cast<size_t>(width));
}

bool IsUniform(const uint32_t* values, size_t count) {
  if (values[0] != values[count - 1]) return false;
  uint32_t difference = 0;
  for (size_t i = 0; i < count; ++i) difference |= values[i] ^ values[0];
  return difference == 0;
}

/// A run: it begins a whole number of groups behind `packed`, and covers the uniform
/// block at `at`.
struct Run {
  size_t begin;
  size_t end;
};
Run ExtendRun(std::span<const uint32_t> values, size_t packed, size_t at) {
  Run run{at, at + kBlock};
  while (run.begin > packed && IsUniform(&values[run.begin - kPackGroup], kPackGroup) &&
         values[run.begin - 1] == values[at]) {
    run.begin -= kPackGroup;
  }
  while (run.end < values.size() && values[run.end] == values[at]) ++run.end;
  return run;
}

// A run interrupts the packed values: its own header and value, and a header for the
// values behind it, must cost less than packing it.
size_t ShortestRun(int width) {
  const auto bits = static_cast<size_t>(width);
  const size_t groups = (4 + (bits + 7) / 8 + bits - 1) / bits;
  return groups * kPackGroup;
}

void AppendRawBits(std::span<const uint8_t> bits, Bytes& out) {
  if (bits.empty()) return;
  AppendVarint(bits.size() << 1 | 1, out);
  std::memcpy(Extend(bits.size(), out), bits.data(), bits.size());
}

size_t SameBytes(std::span<const uint8_t> bits, size_t begin) {
  size_t end = begin + 1;
  while (end < bits.size() && bits[end] == bits[begin]) ++end;
  return end - begin;
}
}  // namespace

int CodeWidth(uint32_t size) {
  return std::max(1, static_cast<int>(std::bit_width(size - (size > 0))));
}

void AppendHybridRun(uint32_t value, size_t count, int width, Bytes& out) {
  if (count == 0) return;
  AppendVarint(count << 1, out);
  for (int bit = 0; bit < width; bit += 8) {
    out.push_back(static_cast<uint8_t>(value >> bit));
  }
}

void AppendHybrid(std::span<const uint32_t> values, int width, Bytes& out) {
  Check(width >= 1 && width <= 32, "codes of a width that there is not");
  DebugCheck(
      std::ranges::all_of(values, [&](uint64_t value) { return value >> width == 0; }),
      "a code that is wider than its page says");
  const size_t shortest_run = ShortestRun(width);
  size_t packed = 0;  // values before this one are written
  size_t at = 0;      // packed + a multiple of the group
  while (at + kBlock <= values.size()) {
    if (!IsUniform(values.data() + at, kBlock)) {
      at += kBlock;
      continue;
    }
    const Run run = ExtendRun(values, packed, at);
    if (run.end - run.begin < shortest_run) {
      at += kBlock;
      continue;
    }
    AppendPacked(values.subspan(packed, run.begin - packed), width, out);
    AppendHybridRun(values[at], run.end - run.begin, width, out);
    packed = at = run.end;
  }
  AppendPacked(values.subspan(packed), width, out);
}

void AppendHybridBits(std::span<const uint8_t> bits, size_t count, Bytes& out) {
  static const size_t kShortestRun = ShortestRun(1) / kPackGroup;
  const size_t whole = count / kPackGroup;
  size_t packed = 0;  // bytes before this one are written
  for (size_t at = 0; at < whole;) {
    const size_t same = SameBytes(bits.first(whole), at);
    if (same < kShortestRun || (bits[at] != 0 && bits[at] != 0xFF)) {
      at += same;
      continue;
    }
    AppendRawBits(bits.subspan(packed, at - packed), out);
    AppendHybridRun(bits[at] & 1, same * kPackGroup, 1, out);
    packed = at += same;
  }
  AppendRawBits(bits.subspan(packed, (count + kPackGroup - 1) / kPackGroup - packed),
                out);
}

}  // namespace flowlake
