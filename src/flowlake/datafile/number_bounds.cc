#include "flowlake/datafile/number_bounds.h"

#include <cstddef>

#include "flowlake/base/instruction_set.h"

namespace flowlake {

namespace {
// A vector of the compiler's: several numbers per instruction, where there is one. Loaded
// as such: by way of an array it would go through the stack.
template <size_t kLanes>
struct Lanes {
  using Vector __attribute__((vector_size(kLanes * sizeof(int64_t)))) = int64_t;
  struct __attribute__((packed, may_alias)) Unaligned {
    Vector vector;
  };
};

// Inlined, so that it is compiled for the machine of its caller. Two vectors at a time
// hide the time that a comparison takes.
template <size_t kLanes>
__attribute__((always_inline)) inline NumberBounds WideBounds(
    std::span<const int64_t> numbers) {
  using Vector = typename Lanes<kLanes>::Vector;
  constexpr size_t kStep = 2 * kLanes;
  NumberBounds bounds;
  size_t at = 0;
  if (numbers.size() >= kStep) {
    const auto* some =
        reinterpret_cast<const typename Lanes<kLanes>::Unaligned*>(numbers.data());
    Vector min_a = some[0].vector;
    Vector min_b = some[1].vector;
    Vector max_a = min_a;
    Vector max_b = min_b;
    for (at = kStep; at + kStep <= numbers.size(); at += kStep) {
      some += 2;
      const Vector a = some[0].vector;
      const Vector b = some[1].vector;
      min_a = a < min_a ? a : min_a;
      min_b = b < min_b ? b : min_b;
      max_a = a > max_a ? a : max_a;
      max_b = b > max_b ? b : max_b;
    }
    for (size_t lane = 0; lane < kLanes; ++lane) {
      bounds.Widen({min_a[lane], max_a[lane]});
      bounds.Widen({min_b[lane], max_b[lane]});
    }
  }
  for (; at < numbers.size(); ++at) bounds.Widen({numbers[at], numbers[at]});
  return bounds;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) NumberBounds Avx2Bounds(
    std::span<const int64_t> numbers) {
  return WideBounds<4>(numbers);
}
const bool kHasAvx2 = BestInstructionSet() >= InstructionSet::kAvx2;
#endif
}  // namespace

NumberBounds BoundsOf(std::span<const int64_t> numbers) {
#if defined(__x86_64__)
  if (kHasAvx2) return Avx2Bounds(numbers);
#endif
  return WideBounds<2>(numbers);
}

}  // namespace flowlake
