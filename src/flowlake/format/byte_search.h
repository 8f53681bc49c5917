/// A byte in a text whose pieces are short: a call of memchr() for each costs more than
/// what it looks at.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace flowlake {

/// As text.find(byte, from), but the size if there is none.
inline size_t FindByte(std::string_view text, char byte, size_t from) {
  size_t at = from;
#if defined(__x86_64__)
  const __m128i wanted = _mm_set1_epi8(byte);
  for (; at + 16 <= text.size(); at += 16) {
    const auto* const bytes = reinterpret_cast<const __m128i*>(text.data() + at);
    const auto found = static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(bytes), wanted)));
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found));
  }
#endif
  while (at < text.size() && text[at] != byte) ++at;
  return at;
}

}  // namespace flowlake
