#include "flowlake/format/number_kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>

#include "flowlake/base/check.h"
#endif

static_assert(std::endian::native == std::endian::little,
              "the first digit of a number is the lowest byte of a word");

namespace flowlake {

namespace {
constexpr uint64_t kZeros = 0x3030303030303030;
// Added to a byte, sets its highest bit if it is more than 9.
constexpr uint64_t kBeyondNine = 0x7676767676767676;
constexpr uint64_t kHighBits = 0x8080808080808080;
constexpr uint64_t kTenToThe8 = 100'000'000;

uint64_t Load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The first `count` (1 … 8) characters as digits, in the highest bytes; the bytes below
/// are 0 and so count as zeros in front.
uint64_t FirstDigits(const char* text, size_t count) {
  return (Load64(text) ^ kZeros) << (64 - 8 * count);
}

/// Not 0 if a byte is more than 9. Requires ASCII.
uint64_t FindNonDigits(uint64_t digits) { return (digits + kBeyondNine) & kHighBits; }

/// Eight digits to their value in three steps: each multiplication joins neighbours,
/// first to pairs, then to fours, then to eight.
uint64_t ValueOfDigits(uint64_t digits) {
  digits = (digits * (1 + (10 << 8))) >> 8 & 0x00FF00FF00FF00FF;
  digits = (digits * (1 + (100 << 16))) >> 16 & 0x0000FFFF0000FFFF;
  return (digits * (1 + (uint64_t{10000} << 32))) >> 32;
}

template <size_t kMinDigits>
size_t ReadWithBaseline(const FieldOfLines& field, const NumberRange& range,
                        int64_t* numbers, uint16_t* others) {
  size_t other_count = 0;
  field.ForEach([&](size_t line, const char* begin, size_t size) {
    int64_t number = 0;
    const bool fits = size >= kMinDigits && ReadNumber({begin, size}, number) &&
                      number >= range.min && number <= range.max;
    numbers[line] = fits ? number * range.scale : 0;
    others[other_count] = static_cast<uint16_t>(line);
    other_count += !fits;
  });
  return other_count;
}

#if defined(__x86_64__)
#define FLOWLAKE_AVX2 __attribute__((target("avx2,bmi,bmi2")))

constexpr size_t kLanes = 4;

/// The fields of four lines.
struct Fields {
  const uint16_t* at;  // of the first one
  size_t stride;
};

// Put together in registers: a vector loaded from where its parts were just stored would
// wait for the stores.
FLOWLAKE_AVX2 inline __m256i Gather(const char* a, const char* b, const char* c,
                                    const char* d) {
  const auto word = [](const char* at) { return static_cast<int64_t>(Load64(at)); };
  return _mm256_set_epi64x(word(d), word(c), word(b), word(a));
}

FLOWLAKE_AVX2 inline __m256i FirstWords(const char* text, Fields fields) {
  const uint16_t* const at = fields.at;
  const size_t stride = fields.stride;
  return Gather(text + at[0], text + at[stride], text + at[2 * stride],
                text + at[3 * stride]);
}

FLOWLAKE_AVX2 inline __m256i LastWords(const char* text, Fields fields) {
  // A field ends one before the next one begins.
  return FirstWords(text - 9, {fields.at + 1, fields.stride});
}

FLOWLAKE_AVX2 inline __m256i Sizes(Fields fields) {
  const auto pair = [&](size_t line) {
    int32_t begin_and_next;
    std::memcpy(&begin_and_next, fields.at + line * fields.stride, sizeof begin_and_next);
    return begin_and_next;
  };
  const __m128i pairs = _mm_set_epi32(pair(3), pair(2), pair(1), pair(0));
  const __m128i begins = _mm_and_si128(pairs, _mm_set1_epi32(0xFFFF));
  const __m128i sizes = _mm_sub_epi32(_mm_srli_epi32(pairs, 16), begins);
  return _mm256_cvtepi32_epi64(_mm_sub_epi32(sizes, _mm_set1_epi32(1)));
}

FLOWLAKE_AVX2 inline __m256i Digits(__m256i text) {
  return _mm256_xor_si256(text, _mm256_set1_epi64x(static_cast<int64_t>(kZeros)));
}

// ValueOfDigits() of four words: pairs, fours, and the two fours of each word.
FLOWLAKE_AVX2 inline __m256i ValuesOfDigits(__m256i digits) {
  const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
  const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
  const __m256i high = _mm256_mul_epu32(fours, _mm256_set1_epi64x(10000));
  return _mm256_add_epi64(high, _mm256_srli_epi64(fours, 32));
}

/// High bits in the words that have a byte of more than 9, or whose size is less than 1
/// or more than 8.
FLOWLAKE_AVX2 inline __m256i FindOthers(__m256i digits, __m256i sizes) {
  const __m256i beyond =
      _mm256_add_epi8(digits, _mm256_set1_epi64x(static_cast<int64_t>(kBeyondNine)));
  const __m256i wrong = _mm256_or_si256(_mm256_cmpgt_epi64(_mm256_set1_epi64x(1), sizes),
                                        _mm256_cmpgt_epi64(sizes, _mm256_set1_epi64x(8)));
  return _mm256_or_si256(beyond, wrong);
}

FLOWLAKE_AVX2 inline void AppendOthers(uint32_t lanes, size_t line, uint16_t* others,
                                       size_t& count) {
  for (; lanes != 0; lanes &= lanes - 1) {
    others[count++] =
        static_cast<uint16_t>(line + static_cast<size_t>(std::countr_zero(lanes)));
  }
}

FLOWLAKE_AVX2 inline __m256i FirstDigits(__m256i text, __m256i sizes) {
  const __m256i bits = _mm256_slli_epi64(sizes, 3);
  return _mm256_sllv_epi64(Digits(text), _mm256_sub_epi64(_mm256_set1_epi64x(64), bits));
}

/// All ones in the lanes of numbers that are out of range.
FLOWLAKE_AVX2 inline __m256i OutOf(const NumberRange& range, __m256i numbers) {
  return _mm256_or_si256(_mm256_cmpgt_epi64(_mm256_set1_epi64x(range.min), numbers),
                         _mm256_cmpgt_epi64(numbers, _mm256_set1_epi64x(range.max)));
}

// The low half of a product of 64 bits, by a factor of less than 2^32.
FLOWLAKE_AVX2 inline __m256i Scale(__m256i numbers, int64_t scale) {
  const __m256i factor = _mm256_set1_epi64x(scale);
  const __m256i high = _mm256_mul_epu32(_mm256_srli_epi64(numbers, 32), factor);
  return _mm256_add_epi64(_mm256_mul_epu32(numbers, factor), _mm256_slli_epi64(high, 32));
}

/// Stores the numbers; a bit for each line that is another.
FLOWLAKE_AVX2 inline uint32_t Finish(__m256i numbers, __m256i wrong,
                                     const NumberRange& range, int64_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), Scale(numbers, range.scale));
  const __m256i others = _mm256_or_si256(wrong, OutOf(range, numbers));
  if (_mm256_testz_si256(others, _mm256_set1_epi8(static_cast<char>(0x80)))) return 0;
  const auto bytes = static_cast<uint32_t>(_mm256_movemask_epi8(others));
  uint32_t lanes = 0;
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    lanes |= static_cast<uint32_t>((bytes >> (8 * lane) & 0xFF) != 0) << lane;
  }
  return lanes;
}

FLOWLAKE_AVX2 inline uint32_t ReadShort(const char* text, Fields fields,
                                        const NumberRange& range, int64_t* out) {
  const __m256i sizes = Sizes(fields);
  const __m256i digits = FirstDigits(FirstWords(text, fields), sizes);
  return Finish(ValuesOfDigits(digits), FindOthers(digits, sizes), range, out);
}

FLOWLAKE_AVX2 inline uint32_t ReadLong(const char* text, Fields fields,
                                       const NumberRange& range, int64_t* out) {
  const __m256i eight = _mm256_set1_epi64x(8);
  const __m256i scale = _mm256_set1_epi64x(static_cast<int64_t>(kTenToThe8));
  const __m256i sizes = _mm256_sub_epi64(Sizes(fields), eight);
  const __m256i high = FirstDigits(FirstWords(text, fields), sizes);
  const __m256i low = Digits(LastWords(text, fields));
  // The high half has eight digits at most, which fit the 32 bits that this multiplies.
  const __m256i numbers = _mm256_add_epi64(_mm256_mul_epu32(ValuesOfDigits(high), scale),
                                           ValuesOfDigits(low));
  const __m256i wrong = _mm256_or_si256(FindOthers(high, sizes), FindOthers(low, eight));
  return Finish(numbers, wrong, range, out);
}

template <auto kRead, size_t kMinDigits>
FLOWLAKE_AVX2 size_t ReadWithAvx2(const FieldOfLines& field, const NumberRange& range,
                                  int64_t* numbers, uint16_t* others) {
  size_t other_count = 0;
  FieldOfLines rest = field;
  for (; rest.lines >= kLanes; rest.lines -= kLanes) {
    const size_t line = field.lines - rest.lines;
    if (const uint32_t lanes =
            kRead(field.text, {rest.starts, rest.stride}, range, numbers + line)) {
      AppendOthers(lanes, line, others, other_count);
    }
    rest.starts += kLanes * rest.stride;
  }
  const size_t line = field.lines - rest.lines;
  const size_t last =
      ReadWithBaseline<kMinDigits>(rest, range, numbers + line, others + other_count);
  for (size_t i = 0; i < last; ++i, ++other_count) {
    others[other_count] = static_cast<uint16_t>(others[other_count] + line);
  }
  return other_count;
}
#endif
}  // namespace

bool ReadNumber(std::string_view text, int64_t& value) {
  const char* const at = text.data();
  const size_t size = text.size();
  if (size - 1 < 8) {  // 0 wraps around
    const uint64_t digits = FirstDigits(at, size);
    value = static_cast<int64_t>(ValueOfDigits(digits));
    return FindNonDigits(digits) == 0;
  }
  if (size - 1 >= kMaxKernelDigits) return false;
  const uint64_t high = FirstDigits(at, size - 8);
  const uint64_t low = Load64(at + size - 8) ^ kZeros;
  value = static_cast<int64_t>(ValueOfDigits(high) * kTenToThe8 + ValueOfDigits(low));
  return (FindNonDigits(high) | FindNonDigits(low)) == 0;
}

// Whole numbers of so many digits and powers of ten are doubles without a rounding, so
// that the division is the only one: W. D. Clinger, "How to Read Floating Point Numbers
// Accurately", 1990.
bool ReadDecimal(std::string_view text, double& value) {
  constexpr size_t kMaxDigits = 15;
  constexpr std::array<double, kMaxDigits + 1> kPowers = {
      1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (text.size() - 1 > kMaxDigits) return false;
  int64_t digits = 0;
  size_t point = text.size() - 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned char>(text[i] - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
    } else if (text[i] == '.' && point == text.size() - 1 && i > 0 && i < point) {
      point = i;
    } else {
      return false;
    }
  }
  const size_t decimals = text.size() - 1 - point;
  if (text.size() - (decimals > 0 ? 1 : 0) > kMaxDigits) return false;
  value = static_cast<double>(digits) / kPowers[decimals];
  return true;
}

NumberKernels NumberKernelsOf(InstructionSet set) {
  Check(set <= BestInstructionSet(), "instructions that the processor does not have");
#if defined(__x86_64__)
  if (set >= InstructionSet::kAvx2)
    return {ReadWithAvx2<ReadShort, 1>, ReadWithAvx2<ReadLong, 9>};
#endif
  (void)set;
  return {ReadWithBaseline<1>, ReadWithBaseline<9>};
}

}  // namespace flowlake
