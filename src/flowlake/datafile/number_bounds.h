/// The smallest and the largest of some numbers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

namespace flowlake {

/// Of no numbers: min > max.
struct NumberBounds {
  int64_t min = std::numeric_limits<int64_t>::max();
  int64_t max = std::numeric_limits<int64_t>::min();

  void Widen(const NumberBounds& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
  }
};

NumberBounds BoundsOf(std::span<const int64_t> numbers);

}  // namespace flowlake
