#include "flowlake/datafile/string_dictionary.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace flowlake {

namespace {
constexpr uint32_t kUnmapped = 0xFFFFFFFF;
// A slice with fewer new strings than one in so many makes the dictionary a settled one.
constexpr size_t kSettled = 16;
// Strings whose memory is on its way at the same time.
constexpr size_t kInFlight = 32;

uint64_t Prefix(std::string_view text) {
  uint64_t prefix = 0;
  if (!text.empty()) std::memcpy(&prefix, text.data(), std::min<size_t>(8, text.size()));
  return __builtin_bswap64(prefix);
}

template <typename Vector>
size_t CapacityBytes(const Vector& vector) {
  return vector.capacity() * sizeof(typename Vector::value_type);
}
}  // namespace

void StringDictionary::Encode(const std::shared_ptr<const Dictionary>& from,
                              std::span<const uint32_t> codes, uint32_t* to) {
  if (codes.empty()) return;
  Remap& remap = RemapOf(from);
  if (hash_) {
    EncodeByHash(*from, codes, remap, to);
  } else {
    EncodeByArray(*from, codes, remap, to);
  }
}

size_t StringDictionary::memory() const {
  size_t bytes = page_.capacity() + CapacityBytes(offsets_) + CapacityBytes(lengths_) +
                 CapacityBytes(prefixes_) + CapacityBytes(remaps_) +
                 CapacityBytes(new_codes_);
  for (const Remap& remap : remaps_) bytes += CapacityBytes(remap.codes);
  if (hash_) bytes += sizeof(Dictionary) + hash_->memory();
  return bytes;
}

void StringDictionary::Clear() {
  page_.clear();
  offsets_.clear();
  lengths_.clear();
  prefixes_.clear();
  is_settled_ = false;
  hash_.reset();
  // One is likely to be seen again.
  if (remaps_.size() > 1) remaps_.clear();
  for (Remap& remap : remaps_) remap.codes.clear();
}

StringDictionary::Remap& StringDictionary::RemapOf(
    const std::shared_ptr<const Dictionary>& from) {
  auto remap = std::ranges::find_if(
      remaps_, [&](const Remap& other) { return IsSame(other.from, from); });
  if (remap == remaps_.end()) {
    // Strings that no code stands for yet need no hash to be told from those to come.
    if (size() == 0) remaps_.clear();
    if (size() > 0 && !hash_) StartHash();
    std::erase_if(remaps_, [](const Remap& old) { return old.from.expired(); });
    remap = remaps_.insert(remaps_.end(), Remap{from, {}, 0});
  }
  Extend(*from, *remap);
  return *remap;
}

// The dictionary may have grown since it was seen last.
void StringDictionary::Extend(const Dictionary& from, Remap& remap) {
  for (auto code = static_cast<uint32_t>(remap.codes.size()); code < from.size();
       ++code) {
    remap.longest = std::max(remap.longest, static_cast<uint32_t>(from[code].size()));
  }
  remap.codes.resize(from.size(), kUnmapped);
}

void StringDictionary::EncodeByArray(const Dictionary& from,
                                     std::span<const uint32_t> codes, Remap& remap,
                                     uint32_t* to) {
  new_codes_.resize(codes.size() + 1);
  uint32_t* const map = remap.codes.data();
  const size_t added =
      is_settled_ ? EncodeKnown(codes, map, to) : EncodeUnknown(codes, map, to);
  is_settled_ = added * kSettled < codes.size();
  Add(from, std::span(new_codes_).first(added));
}

// Four at a time, with one branch: no code has the highest bit.
size_t StringDictionary::EncodeKnown(std::span<const uint32_t> codes, uint32_t* map,
                                     uint32_t* to) {
  constexpr size_t kStep = 4;
  const uint32_t next = size();
  uint32_t added = 0;
  size_t at = 0;
  while (at < codes.size()) {
    for (; at + kStep <= codes.size(); at += kStep) {
      const uint32_t* const some = codes.data() + at;
      const std::array<uint32_t, kStep> found{map[some[0]], map[some[1]], map[some[2]],
                                              map[some[3]]};
      if ((found[0] | found[1] | found[2] | found[3]) == kUnmapped) break;
      std::ranges::copy(found, to + at);
    }
    const size_t end = std::min(at + kStep, codes.size());
    for (; at < end; ++at) {
      uint32_t& mapped = map[codes[at]];
      if (mapped == kUnmapped) {
        mapped = next + added;
        new_codes_[added++] = codes[at];
      }
      to[at] = mapped;
    }
  }
  return added;
}

// Without a branch on whether a string is new, which would be a coin toss. It writes to
// the map in any case, which is slower where the branch is predictable.
size_t StringDictionary::EncodeUnknown(std::span<const uint32_t> codes, uint32_t* map,
                                       uint32_t* to) {
  const uint32_t next = size();
  uint32_t* const new_codes = new_codes_.data();
  uint32_t added = 0;
  for (size_t i = 0; i < codes.size(); ++i) {
    const uint32_t found = map[codes[i]];
    const bool is_new = found == kUnmapped;
    const uint32_t code = is_new ? next + added : found;
    new_codes[added] = codes[i];
    added += is_new;
    map[codes[i]] = code;
    to[i] = code;
  }
  return added;
}

void StringDictionary::EncodeByHash(const Dictionary& from,
                                    std::span<const uint32_t> codes, Remap& remap,
                                    uint32_t* to) {
  for (size_t i = 0; i < codes.size(); ++i) {
    uint32_t& code = remap.codes[codes[i]];
    if (code == kUnmapped) {
      const std::string_view text = from[codes[i]];
      code = hash_->Encode(text);
      if (code == size()) Add({&text, 1});
    }
    to[i] = code;
  }
}

void StringDictionary::StartHash() {
  hash_ = std::make_unique<Dictionary>();
  for (uint32_t code = 0; code < size(); ++code) (void)hash_->Encode((*this)[code]);
}

// Their texts lie anywhere in memory: all of some are asked for before the first is read.
void StringDictionary::Add(const Dictionary& from, std::span<const uint32_t> codes) {
  std::array<std::string_view, kInFlight> texts;
  while (!codes.empty()) {
    const size_t count = std::min(kInFlight, codes.size());
    for (size_t i = 0; i < count; ++i) {
      texts[i] = from[codes[i]];
      __builtin_prefetch(texts[i].data());
    }
    Add(std::span(texts).first(count));
    codes = codes.subspan(count);
  }
}

void StringDictionary::Add(std::span<const std::string_view> texts) {
  size_t bytes = 0;
  for (const std::string_view text : texts) bytes += sizeof(uint32_t) + text.size();
  size_t at = page_.size();
  Resize(page_, at + bytes);
  for (const std::string_view text : texts) {
    const auto length = static_cast<uint32_t>(text.size());
    std::memcpy(page_.data() + at, &length, sizeof length);
    at += sizeof length;
    if (length > 0) std::memcpy(page_.data() + at, text.data(), length);
    offsets_.push_back(static_cast<uint32_t>(at));
    lengths_.push_back(length);
    prefixes_.push_back(Prefix(text));
    at += length;
  }
}

}  // namespace flowlake
