/// Some rows of Columns, and their values as one array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "flowlake/datafile/uninitialized_vector.h"

namespace flowlake {

/// Which rows of some Columns: `count` of them from `begin` on, counted in `rows` or,
/// where that is empty, in the Columns themselves.
struct RowSlice {
  std::span<const uint32_t> rows;
  size_t begin = 0;
  size_t count = 0;

  RowSlice Part(size_t from, size_t length) const { return {rows, begin + from, length}; }
};

/// The values of the slice: a view of `values`, or of `memory`, where they are gathered.
template <typename T>
std::span<const T> Gather(std::span<const T> values, const RowSlice& slice,
                          UninitializedVector<T>& memory) {
  if (slice.rows.empty()) return values.subspan(slice.begin, slice.count);
  memory.resize(slice.count);
  const uint32_t* const rows = slice.rows.data() + slice.begin;
  for (size_t i = 0; i < slice.count; ++i) memory[i] = values[rows[i]];
  return memory;
}

}  // namespace flowlake
