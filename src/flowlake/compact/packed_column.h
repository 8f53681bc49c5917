/// Values of one column in as few bytes each as the largest needs: a pile of rows holds
/// three times as many, and a gather in another order misses the caches less.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/compact/huge_vector.h"

namespace flowlake {

/// Not thread-safe.
class PackedColumn {
 public:
  /// `expected`: how many values will come; fewer cost nothing, more a copy.
  PackedColumn(ColumnType type, size_t expected);

  /// Codes, kNullCode is NULL.
  void AppendCodes(std::span<const uint32_t> codes);
  /// `valid` as in Column: empty, or 0 where NULL.
  void AppendNumbers(std::span<const int64_t> numbers, std::span<const uint8_t> valid);
  void AppendNulls(size_t count);

  size_t size() const { return size_; }
  /// Bytes in use: what more is allocated has not been touched.
  size_t memory() const { return bytes_.size() + valid_.size() / 8; }
  /// Forgets the values, but keeps the memory.
  void Clear();

  /// Into `codes`, as they were appended, of these rows.
  void GatherCodes(std::span<const uint32_t> rows, uint32_t* codes) const;
  void GatherNumbers(std::span<const uint32_t> rows, int64_t* numbers) const;
  /// Numbers as they are stored: divided by unit(), which keeps their order.
  void GatherUnits(std::span<const uint32_t> rows, int64_t* numbers) const;
  int64_t unit() const { return unit_; }
  bool has_nulls() const { return !valid_.empty(); }
  /// Requires has_nulls(), and a column of numbers.
  void GatherValid(std::span<const uint32_t> rows, uint8_t* valid) const;

 private:
  template <int64_t kUnit>
  void AppendUnits(std::span<const int64_t> numbers);
  void AppendValid(size_t count, std::span<const uint8_t> valid);
  // Room for `count` more values, the largest of which is known.
  uint8_t* Extend(size_t count, uint64_t largest);
  void Widen(size_t width);
  void DropUnit();

  int64_t initial_unit_;
  size_t expected_;
  size_t size_ = 0;
  size_t width_ = 1;  // bytes of a value: 1, 2, 4 or 8
  int64_t unit_;      // what numbers are divided by
  HugeVector<uint8_t> bytes_;
  std::vector<bool> valid_;  // of numbers; empty: no NULLs
};

}  // namespace flowlake
