/// Memory for the finished pages of an open row group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace flowlake {

/// Blocks that live on from one row group to the next: what is freed in large pieces goes
/// back to the system, and page faults cost as much as packing. Not thread-safe.
class PageMemory {
 public:
  /// Room for `size` bytes, until the next call. What is there remains only if it is
  /// kept.
  uint8_t* Reserve(size_t size);
  /// Keeps the first `size` of the bytes reserved last, until Clear() or Release().
  std::span<const uint8_t> Keep(size_t size);

  size_t memory() const { return memory_; }
  /// Forgets the pages, but keeps the memory.
  void Clear();
  /// Frees the memory too.
  void Release();

 private:
  struct Block {
    std::unique_ptr<uint8_t[]> bytes;
    size_t size = 0;
    size_t used = 0;
  };

  std::vector<Block> blocks_;
  size_t current_ = 0;  // index of the block in use
  size_t memory_ = 0;
};

}  // namespace flowlake
