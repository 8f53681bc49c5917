/// The values of Arrow's arrays, many at a time and without a look at each.
#pragma once

#include <arrow/api.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flowlake/base/date.h"

namespace flowlake {

/// Neither NUL nor a byte beyond ASCII. Without a branch, so that it becomes SIMD.
inline bool IsAsciiText(std::string_view text) {
  uint8_t high_bits = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    high_bits |= static_cast<uint8_t>(byte | (byte - 1));
  }
  return high_bits < 0x80;
}

/// All text that an array, or the slice that it is, refers to.
template <typename ArrayType>
std::string_view TextOf(const ArrayType& array) {
  if (array.length() == 0 || array.value_data() == nullptr) return {};
  const auto begin = array.value_offset(0);
  const auto end = array.value_offset(array.length());
  return {reinterpret_cast<const char*>(array.value_data()->data()) + begin,
          static_cast<size_t>(end - begin)};
}

inline bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY;
}

inline bool IsNumber(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || type.id() == arrow::Type::FLOAT ||
         type.id() == arrow::Type::DOUBLE;
}

/// Into numbers; false if a double is no such integer.
template <typename T>
bool ToInt64(const T* values, std::span<int64_t> numbers) {
  constexpr double kTwoTo53 = 9007199254740992.0;  // every integer up to here is a double
  bool fits = true;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      const bool is_near = values[i] >= 0 && values[i] <= static_cast<T>(kTwoTo53);
      numbers[i] = is_near ? static_cast<int64_t>(values[i]) : -1;
      fits &= static_cast<T>(numbers[i]) == values[i];
    } else {
      // What is too large for it becomes negative, which fits nowhere.
      // NOLINTNEXTLINE(bugprone-signed-char-misuse): INT8 is a number, not text.
      numbers[i] = static_cast<int64_t>(values[i]);
    }
  }
  return fits;
}

/// The values of `array`, of which not all are NULL: in place of NULLs, which can be
/// anything, stands one of its values, so that they do not count in a check of the range.
template <typename ArrayType>
bool ReadNumbers(const ArrayType& array, std::span<int64_t> numbers) {
  if (array.null_count() == 0) return ToInt64(array.raw_values(), numbers);
  int64_t first = 0;
  while (array.IsNull(first)) ++first;
  std::vector<typename ArrayType::value_type> values(numbers.size(), array.Value(first));
  for (size_t i = 0; i < values.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (array.IsValid(row)) values[i] = array.Value(row);
  }
  return ToInt64(values.data(), numbers);
}

struct NumberBounds {
  int64_t least = std::numeric_limits<int64_t>::max();
  int64_t greatest = std::numeric_limits<int64_t>::min();
};
inline NumberBounds BoundsOf(std::span<const int64_t> numbers) {
  NumberBounds range;
  for (const int64_t number : numbers) {
    range.least = std::min(range.least, number);
    range.greatest = std::max(range.greatest, number);
  }
  return range;
}

inline int64_t MicrosPerUnit(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DATE32) return kMicrosPerDay;
  switch (static_cast<const arrow::TimestampType&>(type).unit()) {
    case arrow::TimeUnit::SECOND:
      return kMicrosPerSecond;
    case arrow::TimeUnit::MILLI:
      return 1000;
    default:
      return 1;
  }
}

inline bool IsNanos(const arrow::DataType& type) {
  return type.id() == arrow::Type::TIMESTAMP &&
         static_cast<const arrow::TimestampType&>(type).unit() == arrow::TimeUnit::NANO;
}

}  // namespace flowlake
