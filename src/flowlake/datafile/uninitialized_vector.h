/// A std::vector that grows without writing zeros, for bytes and numbers that are
/// overwritten at once: zeroing a page costs as much as packing it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace flowlake {

template <typename T>
struct UninitializedAllocator : std::allocator<T> {
  template <typename U>
  struct rebind {  // NOLINT(readability-identifier-naming): of the standard library
    using other = UninitializedAllocator<U>;
  };

  template <typename U>
  void construct(U* at) noexcept {  // NOLINT(readability-identifier-naming): likewise
    ::new (static_cast<void*>(at)) U;
  }
  template <typename U, typename... Args>
  void construct(U* at, Args&&... args) {  // NOLINT(readability-identifier-naming)
    ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
  }
};

/// What resize() adds has no value yet.
template <typename T>
using UninitializedVector = std::vector<T, UninitializedAllocator<T>>;

/// As vector.resize(size), which where it needs more memory moves what is there one by
/// one, because the allocator is not std::allocator.
template <typename T>
void Resize(UninitializedVector<T>& vector, size_t size) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (size > vector.capacity()) {
    UninitializedVector<T> larger;
    larger.reserve(std::max(size, 2 * vector.capacity()));
    larger.resize(vector.size());
    if (!vector.empty()) {
      std::memcpy(larger.data(), vector.data(), vector.size() * sizeof(T));
    }
    vector.swap(larger);
  }
  vector.resize(size);
}

/// Appends `values`, which are not of `to`, at the speed of memcpy; insert() would copy
/// them one by one.
template <typename T>
void AppendTo(UninitializedVector<T>& to, std::span<const T> values) {
  if (values.empty()) return;
  const size_t begin = to.size();
  Resize(to, begin + values.size());
  std::memcpy(to.data() + begin, values.data(), values.size_bytes());
}

}  // namespace flowlake
