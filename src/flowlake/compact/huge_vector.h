/// A std::vector for arrays that are read in random order: on huge pages where the system
/// has them, which saves a miss of the address translation for nearly every access. New
/// elements have no value, as in UninitializedVector.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#include "flowlake/datafile/uninitialized_vector.h"

namespace flowlake {

template <typename T>
struct HugeAllocator : UninitializedAllocator<T> {
  static constexpr size_t kPage = size_t{2} << 20;

  template <typename U>
  struct rebind {  // NOLINT(readability-identifier-naming): of the standard library
    using other = HugeAllocator<U>;
  };

  T* allocate(size_t count) {  // NOLINT(readability-identifier-naming): likewise
    const size_t bytes = count * sizeof(T);
    if (bytes < 2 * kPage) return std::allocator<T>().allocate(count);
    void* const memory = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
    if (memory == nullptr) throw std::bad_alloc();
    (void)::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) {  // NOLINT(readability-identifier-naming)
    if (count * sizeof(T) < 2 * kPage) {
      std::allocator<T>().deallocate(memory, count);
    } else {
      std::free(memory);
    }
  }
};

template <typename T>
using HugeVector = std::vector<T, HugeAllocator<T>>;

}  // namespace flowlake
