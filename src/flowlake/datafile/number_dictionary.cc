#include "flowlake/datafile/number_dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "flowlake/base/check.h"
#include "flowlake/base/dictionary.h"

namespace flowlake {

namespace {
// A table of this many entries (1 MiB) stays in the second-level cache. Ports, protocols,
// versions, tags, most packet counts and the seconds of a day fit.
constexpr uint64_t kMaxTable = 1 << 18;
constexpr uint64_t kMinTable = 1 << 8;
constexpr size_t kMinSlots = 1 << 11;
// Numbers that are hashed before the first of them is looked up, and look-ups whose
// memory is on its way at the same time.
constexpr size_t kHashed = 512;
constexpr size_t kInFlight = 32;
// A slice with fewer new numbers than one in so many makes the table a settled one.
constexpr size_t kSettled = 16;
// No code has its highest bit.
constexpr uint32_t kFree = 0xFFFFFFFF;

// Newton's iteration: each step doubles the bits that are right, of which an odd number's
// own are three.
uint64_t InverseOf(uint64_t odd) {
  uint64_t inverse = odd;
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}

uint64_t AtLeastOne(uint64_t stride) {
  Check(stride >= 1, "multiples of nothing");
  return stride;
}
}  // namespace

NumberDictionary::NumberDictionary(uint64_t stride)
    : stride_(AtLeastOne(stride)),
      shift_(std::countr_zero(stride)),
      inverse_(InverseOf(stride >> std::countr_zero(stride))) {}

void NumberDictionary::Encode(std::span<const int64_t> numbers,
                              const NumberBounds& bounds, uint32_t* codes) {
  fit_32_bits_ = fit_32_bits_ && bounds.min >= 0 &&
                 bounds.max <= int64_t{std::numeric_limits<uint32_t>::max()};
  if (kind_ != Kind::kHash) CoverWithTable(bounds);
  const size_t done = kind_ == Kind::kTable ? EncodeByTable(numbers, codes) : 0;
  if (done == numbers.size()) return;
  if (kind_ != Kind::kHash) StartHash();
  EncodeByHash(numbers.subspan(done), codes + done);
}

size_t NumberDictionary::memory() const {
  return values_.capacity() * sizeof(int64_t) + table_.capacity() * sizeof(uint32_t) +
         slots_.capacity() * sizeof(uint64_t);
}

void NumberDictionary::Clear() {
  kind_ = Kind::kEmpty;
  values_.clear();
  is_settled_ = false;
  fit_32_bits_ = true;
}

// An exact division by the stride is a multiplication by its inverse. Of a number that is
// no multiple it makes one larger than any table: multiples alone have small quotients.
uint64_t NumberDictionary::Index::operator()(int64_t number) const {
  return std::rotr(static_cast<uint64_t>(number) - base, shift) * inverse;
}

void NumberDictionary::CoverWithTable(const NumberBounds& bounds) {
  if (kind_ == Kind::kTable && IndexOf()(bounds.min) < table_.size() &&
      IndexOf()(bounds.max) < table_.size()) {
    return;
  }
  NumberBounds all = bounds;
  for (const int64_t value : values_) all.Widen({value, value});
  const uint64_t range =
      (static_cast<uint64_t>(all.max) - static_cast<uint64_t>(all.min)) / stride_;
  if (range >= kMaxTable) return;
  const uint64_t size = std::max(std::bit_ceil(range + 1), kMinTable);
  // Room for more on the side on which it grew.
  const bool downwards = kind_ == Kind::kTable && IndexOf()(bounds.min) >= table_.size();
  base_ = static_cast<uint64_t>(all.min);
  if (downwards) base_ -= (size - 1 - range) * stride_;
  kind_ = Kind::kTable;
  table_.assign(size, kFree);
  for (uint32_t code = 0; code < values_.size(); ++code) {
    const uint64_t index = IndexOf()(values_[code]);
    if (index < size) table_[index] = code;
  }
}

// Most numbers are known, or else most of a slice would be new: the two loops below.
size_t NumberDictionary::EncodeByTable(std::span<const int64_t> numbers,
                                       uint32_t* codes) {
  const uint32_t before = size();
  const size_t done =
      is_settled_ ? EncodeKnown(numbers, codes) : EncodeUnknown(numbers, codes);
  is_settled_ = (size() - before) * kSettled < done;
  return done;
}

// Four at a time, with one branch each for their places and their codes.
size_t NumberDictionary::EncodeKnown(std::span<const int64_t> numbers, uint32_t* codes) {
  constexpr size_t kStep = 4;
  const Index index_of = IndexOf();
  const uint64_t limit = table_.size();
  uint32_t* const table = table_.data();
  size_t at = 0;
  while (at < numbers.size()) {
    for (; at + kStep <= numbers.size(); at += kStep) {
      const int64_t* const some = numbers.data() + at;
      const uint64_t a = index_of(some[0]);
      const uint64_t b = index_of(some[1]);
      const uint64_t c = index_of(some[2]);
      const uint64_t d = index_of(some[3]);
      if ((a | b | c | d) >= limit) break;
      const std::array<uint32_t, kStep> found{table[a], table[b], table[c], table[d]};
      if ((found[0] | found[1] | found[2] | found[3]) == kFree) break;
      std::ranges::copy(found, codes + at);
    }
    const size_t end = std::min(at + kStep, numbers.size());
    for (; at < end; ++at) {
      const uint64_t index = index_of(numbers[at]);
      if (index >= limit) return at;
      if (table[index] == kFree) {
        table[index] = size();
        values_.push_back(numbers[at]);
      }
      codes[at] = table[index];
    }
  }
  return at;
}

// Without a branch on whether a number is new, which would be a coin toss.
size_t NumberDictionary::EncodeUnknown(std::span<const int64_t> numbers,
                                       uint32_t* codes) {
  const Index index_of = IndexOf();
  const uint64_t limit = table_.size();
  uint32_t* const table = table_.data();
  uint32_t next = size();
  // One more than there can be: the loop always writes the value that would be next.
  Resize(values_, std::min<size_t>(next + numbers.size(), limit) + 1);
  int64_t* const values = values_.data();
  size_t at = 0;
  for (; at < numbers.size(); ++at) {
    const int64_t number = numbers[at];
    const uint64_t index = index_of(number);
    if (index >= limit) break;
    const uint32_t found = table[index];
    const bool is_new = found == kFree;
    values[next] = number;
    const uint32_t code = is_new ? next : found;
    next += is_new;
    table[index] = code;
    codes[at] = code;
  }
  values_.resize(next);
  return at;
}

void NumberDictionary::StartHash() {
  kind_ = Kind::kHash;
  const size_t slots = std::bit_ceil(std::max(values_.size() * 4, kMinSlots));
  Rehash(std::max(slots, slots_.size()));
}

void NumberDictionary::EncodeByHash(std::span<const int64_t> numbers, uint32_t* codes) {
  // As many slots more, so that the last look-ups have some to fetch, too.
  std::array<size_t, kHashed + kInFlight> slots{};
  for (size_t begin = 0; begin < numbers.size(); begin += kHashed) {
    const auto some = numbers.subspan(begin, std::min(kHashed, numbers.size() - begin));
    // At most half full.
    if ((values_.size() + some.size()) * 2 > slots_.size()) Rehash(slots_.size() * 2);
    for (size_t i = 0; i < some.size(); ++i) slots[i] = SlotOf(some[i]);
    for (size_t i = 0; i < kInFlight; ++i) __builtin_prefetch(&slots_[slots[i]]);
    EncodeAt(some, slots.data(), codes + begin);
  }
}

// Whether the slot is free or the number's own makes no branch: it would be a coin toss.
void NumberDictionary::EncodeAt(std::span<const int64_t> numbers, const size_t* slots,
                                uint32_t* codes) {
  uint32_t next = size();
  Resize(values_, next + numbers.size() + 1);
  int64_t* const values = values_.data();
  uint64_t* const table = slots_.data();
  const size_t mask = slots_.size() - 1;
  const bool compare_values = !fit_32_bits_;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const int64_t number = numbers[i];
    const uint64_t low_half = static_cast<uint32_t>(number);
    const auto is_other = [&](uint64_t slot) {
      if (compare_values && slot != 0 && slot >> 32 == low_half) {
        return values[static_cast<uint32_t>(slot) - 1] != number;
      }
      return ((slot >> 32 != low_half) & (slot != 0)) != 0;
    };
    __builtin_prefetch(&table[slots[i + kInFlight]]);
    size_t at = slots[i];
    while (is_other(table[at])) at = (at + 1) & mask;
    const uint64_t found = table[at];
    const bool is_new = found == 0;
    values[next] = number;
    const uint64_t slot = is_new ? low_half << 32 | (next + 1) : found;
    next += is_new;
    table[at] = slot;
    codes[i] = static_cast<uint32_t>(slot) - 1;
  }
  values_.resize(next);
}

// Fibonacci hashing: the high bits of the product depend on every bit of the number. The
// seed is the process's own, so nobody can write a log whose numbers all meet in one
// slot.
size_t NumberDictionary::SlotOf(int64_t number) const {
  const uint64_t seeded = static_cast<uint64_t>(number) ^ internal::kHashSeed.low;
  return (seeded * 0x9E3779B97F4A7C15u) >> hash_shift_;
}

void NumberDictionary::Rehash(size_t slots) {
  Check(std::has_single_bit(slots), "a table whose size is no power of two");
  slots_.assign(slots, 0);
  hash_shift_ = 64 - std::countr_zero(slots);
  for (uint32_t code = 0; code < values_.size(); ++code) {
    const int64_t number = values_[code];
    size_t slot = SlotOf(number);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots - 1);
    slots_[slot] = uint64_t{static_cast<uint32_t>(number)} << 32 | (code + 1);
  }
}

}  // namespace flowlake
