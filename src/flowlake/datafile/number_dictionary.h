/// The distinct numbers of a column, numbered in order of first sight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "flowlake/datafile/number_bounds.h"
#include "flowlake/datafile/uninitialized_vector.h"

namespace flowlake {

/// Looks a number up in a table that it indexes, while all of them lie close together
/// (ports, protocols, packet counts, the seconds of a day), else in a hash table. Not
/// thread-safe.
class NumberDictionary {
 public:
  /// What is a multiple of `stride` is found faster. Requires 1 <= stride.
  explicit NumberDictionary(uint64_t stride = 1);

  /// Writes one code per number to `codes`; numbers that are new get the next codes.
  /// `bounds` are those of `numbers`, which are not empty.
  void Encode(std::span<const int64_t> numbers, const NumberBounds& bounds,
              uint32_t* codes);

  /// Whether the numbers lie so far apart that only hashing finds them.
  bool is_hashed() const { return kind_ == Kind::kHash; }
  uint32_t size() const { return static_cast<uint32_t>(values_.size()); }
  /// By code.
  std::span<const int64_t> values() const { return values_; }
  size_t memory() const;

  /// Forgets the numbers, but keeps the memory.
  void Clear();

 private:
  enum class Kind { kEmpty, kTable, kHash };

  // Copied into loops: what they write might be a member, as far as a compiler knows.
  struct Index {
    uint64_t base;
    int shift;
    uint64_t inverse;
    uint64_t operator()(int64_t number) const;
  };

  Index IndexOf() const { return {base_, shift_, inverse_}; }
  void CoverWithTable(const NumberBounds& bounds);
  // These stop at the first number that is not in the table's range, and say where.
  size_t EncodeByTable(std::span<const int64_t> numbers, uint32_t* codes);
  size_t EncodeKnown(std::span<const int64_t> numbers, uint32_t* codes);
  size_t EncodeUnknown(std::span<const int64_t> numbers, uint32_t* codes);
  void StartHash();
  void EncodeByHash(std::span<const int64_t> numbers, uint32_t* codes);
  // Fetches slots beyond those of `numbers`, which may be any.
  void EncodeAt(std::span<const int64_t> numbers, const size_t* slots, uint32_t* codes);
  size_t SlotOf(int64_t number) const;
  void Rehash(size_t slots);

  const uint64_t stride_;
  const int shift_;         // stride = odd << shift
  const uint64_t inverse_;  // of the odd factor, modulo 2^64
  Kind kind_ = Kind::kEmpty;
  UninitializedVector<int64_t> values_;

  // A table, as long as a power of two: the code by IndexOf(), or kFree.
  UninitializedVector<uint32_t> table_;
  uint64_t base_ = 0;
  bool is_settled_ = false;  // few numbers were new of late

  // A hash table, open addressing: the low half of the number, then code + 1; 0 is free.
  UninitializedVector<uint64_t> slots_;
  int hash_shift_ = 0;
  bool fit_32_bits_ = true;  // all numbers, so that their low halves tell them apart
};

}  // namespace flowlake
