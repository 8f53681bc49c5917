#include "flowlake/datafile/page_memory.h"

#include <algorithm>

namespace flowlake {

namespace {
// Blocks grow with the row group: many files that are open together have few rows each.
constexpr size_t kFirstBlock = 16 << 10;
constexpr size_t kLastBlock = 512 << 10;
}  // namespace

uint8_t* PageMemory::Reserve(size_t size) {
  for (; current_ < blocks_.size(); ++current_) {
    Block& block = blocks_[current_];
    if (block.size - block.used >= size) return block.bytes.get() + block.used;
  }
  const size_t length = std::max(size, std::clamp(memory_, kFirstBlock, kLastBlock));
  blocks_.push_back({std::make_unique_for_overwrite<uint8_t[]>(length), length, 0});
  memory_ += length;
  return blocks_.back().bytes.get();
}

std::span<const uint8_t> PageMemory::Keep(size_t size) {
  Block& block = blocks_[current_];
  const uint8_t* const begin = block.bytes.get() + block.used;
  block.used += size;
  return {begin, size};
}

void PageMemory::Clear() {
  for (Block& block : blocks_) block.used = 0;
  current_ = 0;
}

void PageMemory::Release() {
  blocks_.clear();
  current_ = 0;
  memory_ = 0;
}

}  // namespace flowlake
