/// What stands where in 64 bytes of JSON, as bits: the first step of framing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace flowlake {

inline constexpr size_t kMaskedBytes = 64;

#if defined(__x86_64__)
/// AVX2 would halve the comparisons, but framing is a few per cent of a conversion as it
/// is, and this is what every x86-64 has.
class MaskedBlock {
 public:
  /// 64 bytes are there.
  explicit MaskedBlock(const char* bytes) {
    const auto* from = reinterpret_cast<const __m128i*>(bytes);
    for (int i = 0; i < 4; ++i) parts_[i] = _mm_loadu_si128(from + i);
  }

  /// Bit i is set if byte i is `c`.
  uint64_t Find(char c) const {
    return Find16(0, c) | Find16(1, c) << 16 | Find16(2, c) << 32 | Find16(3, c) << 48;
  }

 private:
  uint64_t Find16(int part, char c) const {
    const __m128i equal = _mm_cmpeq_epi8(parts_[part], _mm_set1_epi8(c));
    return static_cast<uint32_t>(_mm_movemask_epi8(equal));
  }

  __m128i parts_[4];
};
#else
class MaskedBlock {
 public:
  explicit MaskedBlock(const char* bytes) : bytes_(bytes) {}

  uint64_t Find(char c) const {
    uint64_t mask = 0;
    for (size_t i = 0; i < kMaskedBytes; ++i) mask |= uint64_t{bytes_[i] == c} << i;
    return mask;
  }

 private:
  const char* bytes_;
};
#endif

/// Bit i is set if byte i is the character.
struct StructuralMasks {
  uint64_t quotes = 0;
  uint64_t backslashes = 0;
  uint64_t newlines = 0;
  uint64_t opening_braces = 0;
  uint64_t closing_braces = 0;
};

/// Of the first 64 bytes of `bytes`; missing ones are none of the characters.
inline StructuralMasks MasksOf(std::string_view bytes) {
  std::array<char, kMaskedBytes> padded;
  const char* from = bytes.data();
  if (bytes.size() < kMaskedBytes) {
    padded.fill(' ');
    std::memcpy(padded.data(), bytes.data(), bytes.size());
    from = padded.data();
  }
  const MaskedBlock block(from);
  return {block.Find('"'), block.Find('\\'), block.Find('\n'), block.Find('{'),
          block.Find('}')};
}

/// Bit i of the result is the exclusive or of the bits 0 to i: of the quotes of strings,
/// it is set from an opening quote to before the closing one.
inline uint64_t PrefixXor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace flowlake
