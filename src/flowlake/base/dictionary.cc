#include "flowlake/base/dictionary.h"

#include <algorithm>
#include <random>

#include "flowlake/base/check.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace flowlake {

namespace {
constexpr size_t kFirstSlots = 64;
// Chunks grow with the dictionary: a lake has many that stay small.
constexpr size_t kFirstChunk = 1 << 10;
constexpr size_t kLastChunk = 64 << 10;

internal::HashSeed DrawSeed() {
  std::random_device device;
  const auto draw = [&] { return uint64_t{device()} << 32 | device(); };
  return {draw(), draw(), draw()};
}
}  // namespace

namespace internal {
const HashSeed kHashSeed = DrawSeed();

uint64_t HashLong(std::string_view text) {
  return XXH3_64bits_withSeed(text.data(), text.size(), kHashSeed.low);
}
}  // namespace internal

Dictionary::Dictionary() : mask_(kFirstSlots - 1), slots_(kFirstSlots) {}

size_t Dictionary::memory() const {
  return chunk_bytes_ + values_.capacity() * sizeof(std::string_view) +
         hashes_.capacity() * sizeof(uint32_t) + slots_.capacity() * sizeof(Slot);
}

uint32_t Dictionary::Add(const DictionaryKey& key) {
  // Fuller means longer probes, emptier a table that leaves the cache sooner.
  if ((values_.size() + 1) * 8 > slots_.size() * 5) Grow();
  size_t at = key.hash & mask_;
  while (slots_[at].size != 0) at = (at + 1) & mask_;
  const uint32_t code = size();
  slots_[at] = {key.low, key.high, static_cast<uint32_t>(key.text.size()) + 1, code};
  values_.push_back(Store(key.text));
  hashes_.push_back(static_cast<uint32_t>(key.hash));
  return code;
}

uint32_t Dictionary::Append(std::string_view value) {
  const uint32_t code = size();
  values_.push_back(Store(value));
  hashes_.push_back(0);  // no slot asks for it
  return code;
}

std::string_view Dictionary::Store(std::string_view value) {
  constexpr size_t kLimit = size_t{1} << 32;
  Check(value.size() < kLimit && chunk_bytes_ < kLimit - value.size(),
        "a dictionary of 4 GiB or more");
  if (chunk_size_ - chunk_used_ < value.size()) {
    const size_t next = std::clamp(chunk_bytes_, kFirstChunk, kLastChunk);
    chunk_size_ = std::max(next, value.size());
    chunk_used_ = 0;
    chunk_bytes_ += chunk_size_;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_size_));
  }
  if (value.empty()) return {};
  char* at = chunks_.back().get() + chunk_used_;
  std::memcpy(at, value.data(), value.size());
  chunk_used_ += value.size();
  return {at, value.size()};
}

void Dictionary::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.size == 0) continue;
    size_t at = hashes_[slot.code] & mask_;
    while (slots_[at].size != 0) at = (at + 1) & mask_;
    slots_[at] = slot;
  }
}

}  // namespace flowlake
