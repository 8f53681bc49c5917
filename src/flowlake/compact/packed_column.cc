// Stored values are unsigned:
//   code    code + 1, or 0 for NULL
//   number  number / unit, in two's complement where it is negative (eight bytes then);
//           the unit is a second for instants that are all whole seconds
#include "flowlake/compact/packed_column.h"

#include <algorithm>
#include <type_traits>

#include "flowlake/base/check.h"
#include "flowlake/base/date.h"

namespace flowlake {

namespace {
size_t WidthFor(uint64_t largest) {
  if (largest <= 0xFF) return 1;
  if (largest <= 0xFFFF) return 2;
  return largest <= 0xFFFFFFFF ? 4 : 8;
}

// Calls `visit` with a pointer to values of that width.
template <typename Byte, typename Visit>
void WithWidth(size_t width, Byte* bytes, Visit visit) {
  switch (width) {
    case 1:
      return visit(bytes);
    case 2:
      return visit(reinterpret_cast<
                   std::conditional_t<std::is_const_v<Byte>, const uint16_t, uint16_t>*>(
          bytes));
    case 4:
      return visit(reinterpret_cast<
                   std::conditional_t<std::is_const_v<Byte>, const uint32_t, uint32_t>*>(
          bytes));
    default:
      return visit(reinterpret_cast<
                   std::conditional_t<std::is_const_v<Byte>, const uint64_t, uint64_t>*>(
          bytes));
  }
}

bool AreWholeSeconds(std::span<const int64_t> numbers) {
  return std::ranges::all_of(numbers,
                             [](int64_t n) { return n % kMicrosPerSecond == 0; });
}
}  // namespace

PackedColumn::PackedColumn(ColumnType type, size_t expected)
    : initial_unit_(type == ColumnType::kTimestamp ? kMicrosPerSecond : 1),
      expected_(expected),
      unit_(initial_unit_) {}

void PackedColumn::AppendCodes(std::span<const uint32_t> codes) {
  uint32_t largest = 0;
  for (const uint32_t code : codes) largest = std::max(largest, code + 1);
  uint8_t* const begin = Extend(codes.size(), largest);
  WithWidth(width_, begin, [&](auto* to) {
    for (size_t i = 0; i < codes.size(); ++i) {
      const uint32_t stored = codes[i] + 1;  // kNullCode becomes 0
      to[i] = static_cast<std::remove_pointer_t<decltype(to)>>(stored);
    }
  });
}

void PackedColumn::AppendNumbers(std::span<const int64_t> numbers,
                                 std::span<const uint8_t> valid) {
  if (unit_ != 1 && !AreWholeSeconds(numbers)) DropUnit();
  AppendValid(numbers.size(), valid);
  if (unit_ == 1) return AppendUnits<1>(numbers);
  AppendUnits<kMicrosPerSecond>(numbers);
}

template <int64_t kUnit>
void PackedColumn::AppendUnits(std::span<const int64_t> numbers) {
  uint64_t largest = 0;
  for (const int64_t number : numbers) {
    largest = std::max(largest, static_cast<uint64_t>(number / kUnit));
  }
  uint8_t* const begin = Extend(numbers.size(), largest);
  WithWidth(width_, begin, [&](auto* to) {
    for (size_t i = 0; i < numbers.size(); ++i) {
      to[i] = static_cast<std::remove_pointer_t<decltype(to)>>(numbers[i] / kUnit);
    }
  });
}

void PackedColumn::AppendValid(size_t count, std::span<const uint8_t> valid) {
  if (valid.empty() && valid_.empty()) return;
  valid_.resize(size_, true);
  valid_.resize(size_ + count, true);
  for (auto null = std::ranges::find(valid, 0); null != valid.end();
       null = std::find(null + 1, valid.end(), 0)) {
    valid_[size_ + static_cast<size_t>(null - valid.begin())] = false;
  }
}

void PackedColumn::AppendNulls(size_t count) {
  if (count == 0) return;
  valid_.resize(size_, true);
  valid_.resize(size_ + count, false);
  std::fill_n(Extend(count, 0), count * width_, uint8_t{0});
}

void PackedColumn::Clear() {
  size_ = 0;
  width_ = 1;
  unit_ = initial_unit_;
  bytes_.clear();
  valid_.clear();
}

uint8_t* PackedColumn::Extend(size_t count, uint64_t largest) {
  if (WidthFor(largest) > width_) Widen(WidthFor(largest));
  const size_t begin = size_ * width_;
  size_ += count;
  if (bytes_.empty()) bytes_.reserve(std::max(size_, expected_) * width_);
  bytes_.resize(size_ * width_);
  return bytes_.data() + begin;
}

void PackedColumn::Widen(size_t width) {
  HugeVector<uint8_t> wide;
  wide.reserve(std::max(size_, expected_) * width);
  wide.resize(size_ * width);
  WithWidth(width_, static_cast<const uint8_t*>(bytes_.data()), [&](const auto* from) {
    WithWidth(width, wide.data(), [&](auto* to) {
      for (size_t i = 0; i < size_; ++i) {
        to[i] = static_cast<std::remove_pointer_t<decltype(to)>>(from[i]);
      }
    });
  });
  bytes_ = std::move(wide);
  width_ = width;
}

void PackedColumn::DropUnit() {
  Widen(sizeof(uint64_t));
  auto* const values = reinterpret_cast<uint64_t*>(bytes_.data());
  for (size_t i = 0; i < size_; ++i) values[i] *= static_cast<uint64_t>(unit_);
  unit_ = 1;
}

namespace {
// Rows lie anywhere: the values of those that come soon are asked for already.
constexpr size_t kAhead = 24;

template <typename Value, typename Out, typename Convert>
void GatherFrom(const Value* values, std::span<const uint32_t> rows, Out* out,
                Convert convert) {
  const size_t fetched = rows.size() - std::min(rows.size(), kAhead);
  for (size_t i = 0; i < fetched; ++i) {
    __builtin_prefetch(values + rows[i + kAhead]);
    out[i] = convert(values[rows[i]]);
  }
  for (size_t i = fetched; i < rows.size(); ++i) out[i] = convert(values[rows[i]]);
}
}  // namespace

void PackedColumn::GatherCodes(std::span<const uint32_t> rows, uint32_t* codes) const {
  WithWidth(width_, bytes_.data(), [&](const auto* values) {
    GatherFrom(values, rows, codes,
               [](auto value) { return static_cast<uint32_t>(value) - 1; });
  });
}

void PackedColumn::GatherUnits(std::span<const uint32_t> rows, int64_t* numbers) const {
  WithWidth(width_, bytes_.data(), [&](const auto* values) {
    GatherFrom(values, rows, numbers,
               [](auto value) { return static_cast<int64_t>(value); });
  });
}

void PackedColumn::GatherNumbers(std::span<const uint32_t> rows, int64_t* numbers) const {
  GatherUnits(rows, numbers);
  if (unit_ == 1) return;
  for (size_t i = 0; i < rows.size(); ++i) numbers[i] *= unit_;
}

void PackedColumn::GatherValid(std::span<const uint32_t> rows, uint8_t* valid) const {
  Check(has_nulls(), "the NULLs of a column without any");
  for (size_t i = 0; i < rows.size(); ++i)
    valid[i] = static_cast<uint8_t>(valid_[rows[i]]);
}

}  // namespace flowlake
