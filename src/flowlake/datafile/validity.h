/// Which rows of the open page have a value: its definition levels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

/// Costs nothing per row while there are only values, or only NULLs. Not thread-safe.
class Validity {
 public:
  void AppendValid(size_t count) { Append(count, true); }
  void AppendNulls(size_t count) { Append(count, false); }
  /// Bit i of `bits` says whether the i-th of `count` more rows has a value; other bits
  /// are 0. Requires 1 <= count <= 64.
  void AppendBits(uint64_t bits, size_t count);

  size_t rows() const { return rows_; }
  size_t nulls() const { return nulls_; }
  size_t memory() const { return words_.capacity() * sizeof(uint64_t); }

  /// As levels in Parquet's hybrid encoding, one bit each, without a length.
  void Encode(Bytes& out) const;
  void Clear();

 private:
  void Append(size_t count, bool is_valid);
  void Materialize();
  void PushBits(uint64_t bits, size_t count);

  size_t rows_ = 0;
  size_t nulls_ = 0;
  bool is_mixed_ = false;                // words_ is in use
  UninitializedVector<uint64_t> words_;  // bits of rows, those behind the last are 0
};

/// Copies the values whose bits are set, in order; returns the end of the copy.
template <typename T>
T* CopyValid(const T* values, uint64_t bits, size_t count, T* to);

/// Of up to 64 rows, which are valid: a bit per byte that is not 0.
uint64_t BitsOfBytes(const uint8_t* valid, size_t count);
/// A bit per code that is not `null_code`.
uint64_t BitsOfCodes(const uint32_t* codes, size_t count, uint32_t null_code);

/// Appends to `validity` which values are valid, and returns those: a view of `values`,
/// or of `memory`. `bits_of(begin, count)` gives the bits of up to 64 values.
template <typename T, typename BitsOf>
std::span<const T> DropNulls(std::span<const T> values, BitsOf bits_of,
                             Validity& validity, UninitializedVector<T>& memory) {
  constexpr size_t kWord = 64;
  const auto count_at = [&](size_t at) { return std::min(kWord, values.size() - at); };
  size_t valid = 0;
  while (valid < values.size()) {
    const size_t count = count_at(valid);
    if (bits_of(valid, count) != ~uint64_t{0} >> (kWord - count)) break;
    valid += count;
  }
  validity.AppendValid(valid);
  if (valid == values.size()) return values;
  memory.resize(values.size());
  T* to = std::copy_n(values.data(), valid, memory.data());
  for (size_t at = valid; at < values.size(); at += kWord) {
    const size_t count = count_at(at);
    const uint64_t bits = bits_of(at, count);
    validity.AppendBits(bits, count);
    to = CopyValid(values.data() + at, bits, count, to);
  }
  return {memory.data(), to};
}

}  // namespace flowlake
