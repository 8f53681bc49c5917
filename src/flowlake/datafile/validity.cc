#include "flowlake/datafile/validity.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <emmintrin.h>

#include "flowlake/base/check.h"
#endif

namespace flowlake {

namespace {
constexpr size_t kWord = 64;

uint64_t LowBits(size_t count) { return count >= kWord ? ~0ull : (1ull << count) - 1; }

uint64_t ObviousBitsOfBytes(const uint8_t* valid, size_t begin, size_t count) {
  uint64_t bits = 0;
  for (size_t i = begin; i < count; ++i) bits |= uint64_t{valid[i] != 0} << i;
  return bits;
}

uint64_t ObviousBitsOfCodes(const uint32_t* codes, size_t begin, size_t count,
                            uint32_t null_code) {
  uint64_t bits = 0;
  for (size_t i = begin; i < count; ++i) bits |= uint64_t{codes[i] != null_code} << i;
  return bits;
}
}  // namespace

void Validity::AppendBits(uint64_t bits, size_t count) {
  Check(count >= 1 && count <= kWord, "bits of no row, or of more than 64");
  const auto valid = static_cast<size_t>(std::popcount(bits));
  if (valid == count) return AppendValid(count);
  if (valid == 0) return AppendNulls(count);
  Materialize();
  PushBits(bits, count);
  rows_ += count;
  nulls_ += count - valid;
}

void Validity::Append(size_t count, bool is_valid) {
  if (count == 0) return;
  const size_t opposite = is_valid ? nulls_ : rows_ - nulls_;
  if (opposite > 0) Materialize();
  if (is_mixed_) {
    for (size_t left = count; left > 0; left -= std::min(left, kWord)) {
      const size_t step = std::min(left, kWord);
      PushBits(is_valid ? LowBits(step) : 0, step);
      rows_ += step;
    }
  } else {
    rows_ += count;
  }
  if (!is_valid) nulls_ += count;
}

void Validity::Materialize() {
  if (is_mixed_) return;
  is_mixed_ = true;
  words_.assign((rows_ + kWord - 1) / kWord, nulls_ == 0 ? ~0ull : 0);
  if (rows_ % kWord != 0) words_.back() &= LowBits(rows_ % kWord);
}

void Validity::PushBits(uint64_t bits, size_t count) {
  const size_t used = rows_ % kWord;
  if (used == 0) {
    words_.push_back(bits);
    return;
  }
  words_.back() |= bits << used;
  if (used + count > kWord) words_.push_back(bits >> (kWord - used));
}

void Validity::Encode(Bytes& out) const {
  if (!is_mixed_) return AppendHybridRun(nulls_ == 0 ? 1 : 0, rows_, /*width=*/1, out);
  const auto* bytes = reinterpret_cast<const uint8_t*>(words_.data());
  AppendHybridBits({bytes, words_.size() * sizeof(uint64_t)}, rows_, out);
}

void Validity::Clear() {
  rows_ = 0;
  nulls_ = 0;
  is_mixed_ = false;
  words_.clear();
}

#if defined(__x86_64__)
uint64_t BitsOfBytes(const uint8_t* valid, size_t count) {
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + 16 <= count; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(valid + at));
    const int zeros = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    bits |= static_cast<uint64_t>(~zeros & 0xFFFF) << at;
  }
  return bits | ObviousBitsOfBytes(valid, at, count);
}

uint64_t BitsOfCodes(const uint32_t* codes, size_t count, uint32_t null_code) {
  const __m128i null = _mm_set1_epi32(static_cast<int>(null_code));
  const auto nulls_at = [&](size_t at) {
    return _mm_cmpeq_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + at)),
                           null);
  };
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + 16 <= count; at += 16) {
    const __m128i low = _mm_packs_epi32(nulls_at(at), nulls_at(at + 4));
    const __m128i high = _mm_packs_epi32(nulls_at(at + 8), nulls_at(at + 12));
    const int nulls = _mm_movemask_epi8(_mm_packs_epi16(low, high));
    bits |= static_cast<uint64_t>(~nulls & 0xFFFF) << at;
  }
  return bits | ObviousBitsOfCodes(codes, at, count, null_code);
}
#else
uint64_t BitsOfBytes(const uint8_t* valid, size_t count) {
  return ObviousBitsOfBytes(valid, 0, count);
}

uint64_t BitsOfCodes(const uint32_t* codes, size_t count, uint32_t null_code) {
  return ObviousBitsOfCodes(codes, 0, count, null_code);
}
#endif

// From one NULL to the next: they are few.
template <typename T>
T* CopyValid(const T* values, uint64_t bits, size_t count, T* to) {
  size_t at = 0;
  for (uint64_t nulls = ~bits & LowBits(count); nulls != 0; nulls &= nulls - 1) {
    const auto null = static_cast<size_t>(std::countr_zero(nulls));
    to = std::copy(values + at, values + null, to);
    at = null + 1;
  }
  return std::copy(values + at, values + count, to);
}
template uint32_t* CopyValid(const uint32_t*, uint64_t, size_t, uint32_t*);
template int64_t* CopyValid(const int64_t*, uint64_t, size_t, int64_t*);

}  // namespace flowlake
