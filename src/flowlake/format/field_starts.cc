#include "flowlake/format/field_starts.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#pragma GCC diagnostic push
#if !defined(__clang__)
// g++ 12 takes the "undefined" vectors inside its own AVX-512 intrinsics for ours.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#pragma GCC diagnostic pop
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include "flowlake/base/check.h"
#include "flowlake/format/structural_masks.h"

namespace flowlake {

namespace {
constexpr size_t kWord = 64;
constexpr size_t kSlack = 64;
// Everything below, and everything that is negative as a signed byte, is odd.
constexpr char kFirstPrintable = ' ';

using Lists = FieldStarts::Lists;

/// 64 bytes of text, a bit for each.
struct Masks {
  uint64_t ends;
  uint64_t newlines;
  uint64_t odd;
  uint64_t quotes;
  uint64_t backslashes;
};

/// Leaves of the ends those that are not between quotes, and adds to what is odd.
inline void HeedQuotes(Masks& masks, Lists& lists) {
  const uint64_t inside = PrefixXor(masks.quotes) ^ (0 - lists.was_inside);
  const uint64_t opening = masks.quotes & inside;
  const uint64_t closing = masks.quotes & ~inside;
  masks.odd |= opening & ~(masks.ends << 1 | lists.was_end);
  masks.odd |= (closing << 1 | lists.was_closing_quote) & ~masks.ends;
  masks.odd |= masks.quotes & (masks.backslashes << 1 | lists.was_backslash);
  masks.odd |= masks.newlines & inside;
  lists.was_inside = inside >> 63;
  lists.was_end = masks.ends >> 63;
  lists.was_closing_quote = closing >> 63;
  lists.was_backslash = masks.backslashes >> 63;
  masks.ends &= ~inside;
}

inline void AppendLines(const Masks& masks, Lists& lists) {
  for (uint64_t rest = masks.newlines; rest != 0; rest &= rest - 1) {
    const uint64_t through = rest ^ (rest - 1);
    lists.lines[lists.line_count++] = static_cast<uint16_t>(
        lists.field_count + static_cast<size_t>(std::popcount(masks.ends & through)) - 1);
  }
}

// Eight at a time, because a loop that ends after a number of rounds that varies from
// word to word is mispredicted at nearly every word.
inline void AppendFields(uint64_t ends, size_t place, Lists& lists) {
  uint16_t* to = lists.fields + lists.field_count;
  lists.field_count += static_cast<size_t>(std::popcount(ends));
  while (ends != 0) {
    for (int i = 0; i < 8; ++i) {
      // Behind the last one this writes what the next word overwrites.
      const auto at = static_cast<size_t>(std::countr_zero(ends));
      *to++ = static_cast<uint16_t>(place + at + 1);
      ends &= ends - 1;
    }
  }
}

#if defined(__x86_64__)
template <bool kHasQuotes>
__attribute__((target("sse2"))) inline Masks LookAt(const char* text, char separator) {
  Masks masks{};
  const __m128i between = _mm_set1_epi8(separator);
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i printable = _mm_set1_epi8(kFirstPrintable);
  for (size_t at = 0; at < kWord; at += 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    const auto bits = [at](__m128i lanes) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(lanes))) << at;
    };
    const __m128i newlines = _mm_cmpeq_epi8(bytes, newline);
    const __m128i ends = _mm_or_si128(newlines, _mm_cmpeq_epi8(bytes, between));
    masks.newlines |= bits(newlines);
    masks.ends |= bits(ends);
    masks.odd |= bits(_mm_andnot_si128(ends, _mm_cmplt_epi8(bytes, printable)));
    if constexpr (kHasQuotes) {
      masks.quotes |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
      masks.backslashes |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    }
  }
  return masks;
}

template <bool kHasQuotes>
__attribute__((target("avx2,bmi,bmi2,popcnt"))) size_t FindWithAvx2(const char* text,
                                                                    size_t words,
                                                                    size_t place,
                                                                    Lists& lists) {
  const __m256i between = _mm256_set1_epi8(lists.separator);
  const __m256i newline = _mm256_set1_epi8('\n');
  const __m256i last_odd = _mm256_set1_epi8(kFirstPrintable - 1);
  const auto bits = [](__m256i low, __m256i high) __attribute__((target("avx2"))) {
    return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high)))
               << 32 |
           static_cast<uint32_t>(_mm256_movemask_epi8(low));
  };
  for (size_t done = 0; done < words; ++done, text += kWord, place += kWord) {
    const auto low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const auto high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    Masks masks{};
    masks.newlines =
        bits(_mm256_cmpeq_epi8(low, newline), _mm256_cmpeq_epi8(high, newline));
    masks.ends = masks.newlines |
                 bits(_mm256_cmpeq_epi8(low, between), _mm256_cmpeq_epi8(high, between));
    const uint64_t printable =
        bits(_mm256_cmpgt_epi8(low, last_odd), _mm256_cmpgt_epi8(high, last_odd));
    masks.odd = ~(printable | masks.ends);
    if constexpr (kHasQuotes) {
      const __m256i quote = _mm256_set1_epi8('"');
      const __m256i backslash = _mm256_set1_epi8('\\');
      masks.quotes = bits(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote));
      masks.backslashes =
          bits(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash));
      HeedQuotes(masks, lists);
    }
    if (masks.odd != 0) return done;
    AppendLines(masks, lists);
    AppendFields(masks.ends, place, lists);
  }
  return words;
}

// The places come out of one instruction that moves the marked bytes of 0, 1, 2, … 63 to
// the front, instead of one at a time.
template <bool kHasQuotes>
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,bmi2,popcnt")))
size_t
FindWithAvx512(const char* text, size_t words, size_t place, Lists& lists) {
  std::array<uint8_t, kWord> numbers;
  for (size_t i = 0; i < kWord; ++i) numbers[i] = static_cast<uint8_t>(i);
  const __m512i offsets = _mm512_loadu_si512(numbers.data());
  const __m512i between = _mm512_set1_epi8(lists.separator);
  const __m512i newline = _mm512_set1_epi8('\n');
  const __m512i printable = _mm512_set1_epi8(kFirstPrintable);
  for (size_t done = 0; done < words; ++done, text += kWord, place += kWord) {
    const __m512i bytes = _mm512_loadu_si512(text);
    Masks masks{};
    masks.newlines = _mm512_cmpeq_epi8_mask(bytes, newline);
    masks.ends = masks.newlines | _mm512_cmpeq_epi8_mask(bytes, between);
    masks.odd = _mm512_cmplt_epi8_mask(bytes, printable) & ~masks.ends;
    if constexpr (kHasQuotes) {
      masks.quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
      masks.backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
      HeedQuotes(masks, lists);
    }
    if (masks.odd != 0) return done;
    AppendLines(masks, lists);
    const __m512i marked = _mm512_maskz_compress_epi8(masks.ends, offsets);
    const __m512i base = _mm512_set1_epi16(static_cast<int16_t>(place + 1));
    uint16_t* const to = lists.fields + lists.field_count;
    const auto widened = [&](__m256i half)
        __attribute__((target("avx512f,avx512bw,avx512vl"))) {
      return _mm512_add_epi16(_mm512_cvtepu8_epi16(half), base);
    };
    const auto count = static_cast<size_t>(std::popcount(masks.ends));
    _mm512_storeu_si512(to, widened(_mm512_castsi512_si256(marked)));
    if (count > 32) {
      _mm512_storeu_si512(to + 32, widened(_mm512_extracti64x4_epi64(marked, 1)));
    }
    lists.field_count += count;
  }
  return words;
}
#elif defined(__ARM_NEON)
// A bit for each of 64 lanes that are all ones or all zeros: the lanes keep one bit each,
// and neighbours are added until eight share a byte.
inline uint64_t Bits(const std::array<uint8x16_t, 4>& lanes) {
  constexpr std::array<uint8_t, 16> kBits = {1, 2, 4, 8, 16, 32, 64, 128,
                                             1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bit = vld1q_u8(kBits.data());
  const uint8x16_t low = vpaddq_u8(vandq_u8(lanes[0], bit), vandq_u8(lanes[1], bit));
  const uint8x16_t high = vpaddq_u8(vandq_u8(lanes[2], bit), vandq_u8(lanes[3], bit));
  const uint8x16_t quarters = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)), 0);
}

template <bool kHasQuotes>
inline Masks LookAt(const char* text, char separator) {
  std::array<uint8x16_t, 4> newlines;
  std::array<uint8x16_t, 4> ends;
  std::array<uint8x16_t, 4> odd;
  std::array<uint8x16_t, 4> quotes;
  std::array<uint8x16_t, 4> backslashes;
  for (size_t i = 0; i < 4; ++i) {
    const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const uint8_t*>(text) + 16 * i);
    newlines[i] = vceqq_u8(bytes, vdupq_n_u8('\n'));
    ends[i] = vorrq_u8(newlines[i],
                       vceqq_u8(bytes, vdupq_n_u8(static_cast<uint8_t>(separator))));
    const uint8x16_t below =
        vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(kFirstPrintable));
    odd[i] = vbicq_u8(below, ends[i]);
    quotes[i] = vceqq_u8(bytes, vdupq_n_u8('"'));
    backslashes[i] = vceqq_u8(bytes, vdupq_n_u8('\\'));
  }
  Masks masks{Bits(ends), Bits(newlines), Bits(odd), 0, 0};
  if constexpr (kHasQuotes) {
    masks.quotes = Bits(quotes);
    masks.backslashes = Bits(backslashes);
  }
  return masks;
}
#else
template <bool kHasQuotes>
inline Masks LookAt(const char* text, char separator) {
  Masks masks{};
  for (size_t i = 0; i < kWord; ++i) {
    const auto byte = static_cast<signed char>(text[i]);
    const uint64_t bit = uint64_t{1} << i;
    const bool is_end = byte == '\n' || byte == separator;
    if (byte == '\n') masks.newlines |= bit;
    if (is_end) masks.ends |= bit;
    if (byte < kFirstPrintable && !is_end) masks.odd |= bit;
    if (byte == '"') masks.quotes |= bit;
    if (byte == '\\') masks.backslashes |= bit;
  }
  return masks;
}
#endif

template <bool kHasQuotes>
size_t FindWithBaseline(const char* text, size_t words, size_t place, Lists& lists) {
  for (size_t done = 0; done < words; ++done, text += kWord, place += kWord) {
    Masks masks = LookAt<kHasQuotes>(text, lists.separator);
    if constexpr (kHasQuotes) HeedQuotes(masks, lists);
    if (masks.odd != 0) return done;
    AppendLines(masks, lists);
    AppendFields(masks.ends, place, lists);
  }
  return words;
}
}  // namespace

FieldStarts::FieldStarts(FieldCut cut, InstructionSet set)
    : separator_(cut.separator),
      kernel_(cut.has_quotes ? KernelOf<true>(set) : KernelOf<false>(set)),
      fields_(1 + kMaxPiece + kSlack),
      lines_(1 + kMaxPiece + kSlack) {
  Check(set <= BestInstructionSet(), "instructions that the processor does not have");
}

template <bool kHasQuotes>
FieldStarts::Kernel FieldStarts::KernelOf(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::kAvx512) return FindWithAvx512<kHasQuotes>;
  if (set == InstructionSet::kAvx2) return FindWithAvx2<kHasQuotes>;
#endif
  (void)set;
  return FindWithBaseline<kHasQuotes>;
}

size_t FieldStarts::Find(std::string_view text) {
  Check(text.size() <= kMaxPiece, "a piece that is too long for its places");
  Lists lists{fields_.data(), lines_.data(), separator_};
  const size_t words = text.size() / kWord;
  size_t plain = kernel_(text.data(), words, 0, lists) * kWord;
  const size_t rest = text.size() % kWord;
  if (plain == words * kWord && rest > 0) {
    std::array<char, kWord> last;
    last.fill('.');
    std::memcpy(last.data(), text.data() + plain, rest);
    plain += kernel_(last.data(), 1, plain, lists) * rest;
  }
  line_count_ = lists.line_count;
  return plain;
}

}  // namespace flowlake
