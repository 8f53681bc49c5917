/// The strings of a column, numbered in order of first sight, each once unless it was not
/// worth looking up.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace flowlake {

namespace internal {
/// Random, drawn once per process: nobody can send strings that all meet in one slot.
struct HashSeed {
  uint64_t low;
  uint64_t high;
  uint64_t third;
};
extern const HashSeed kHashSeed;

inline uint64_t Mix(uint64_t a, uint64_t b) {
  __extension__ using Product = unsigned __int128;
  const Product product = static_cast<Product>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t Load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline uint64_t Load32(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The bytes of a string of less than eight, and zeros behind it.
inline uint64_t LoadShort(const char* at, size_t size) {
  if (size >= 4) return Load32(at) | Load32(at + size - 4) << (size - 4) * 8;
  if (size == 0) return 0;
  const auto byte = [&](size_t i) { return uint64_t{static_cast<uint8_t>(at[i])}; };
  return byte(0) | byte(size / 2) << (size / 2) * 8 | byte(size - 1) << (size - 1) * 8;
}

/// Sixteen bytes of ones, then sixteen of zeros: from kMask + 16 - n on, a mask for the
/// first n of sixteen bytes. A look-up, because a shift would need a branch at 8.
inline constexpr std::array<char, 32> kMask = [] {
  std::array<char, 32> mask{};
  for (size_t i = 0; i < 16; ++i) mask[i] = static_cast<char>(0xFF);
  return mask;
}();

/// Whether `other` begins with `text`, of more than 16 bytes, where its first and last
/// eight bytes are known to be the same.
inline bool IsSameMiddle(const char* other, std::string_view text) {
  const char* const at = text.data();
  const size_t size = text.size();
  if (size > 32) return std::memcmp(other + 8, at + 8, size - 16) == 0;
  return Load64(other + 8) == Load64(at + 8) &&
         Load64(other + size - 16) == Load64(at + size - 16);
}

/// Of a string of at most 16 bytes, and zeros behind it.
inline uint64_t HashShort(uint64_t low, uint64_t high) {
  return Mix(low ^ kHashSeed.low, high ^ kHashSeed.high);
}
/// Of a string of more than 32 bytes.
uint64_t HashLong(std::string_view text);
}  // namespace internal

/// A string as a dictionary looks it up: its hash, and in `low` and `high` its bytes if
/// there are at most 16, else its first and its last eight.
struct DictionaryKey {
  /// Requires that 16 bytes from `value` on can be read, whatever its size.
  static DictionaryKey OfReadable(std::string_view value) {
    return UnhashedOfReadable(value).Hashed();
  }
  static DictionaryKey Of(std::string_view value) { return Unhashed(value).Hashed(); }

  /// The same without the hash: enough to be compared.
  static DictionaryKey UnhashedOfReadable(std::string_view value);
  static DictionaryKey Unhashed(std::string_view value);
  DictionaryKey Hashed() const;

  uint64_t low = 0;
  uint64_t high = 0;
  uint64_t hash = 0;
  std::string_view text;
};

/// Append-only: a code, once given, keeps its meaning, so Columns made earlier stay valid
/// while the dictionary grows. Not thread-safe; one worker owns it.
class Dictionary {
 public:
  Dictionary();

  /// The code of `value`, which is added (and copied) if it is new. Codes are 0, 1, 2, …
  /// Requires less than 4 GiB of it.
  uint32_t Encode(std::string_view value) { return Encode(DictionaryKey::Of(value)); }
  uint32_t Encode(const DictionaryKey& key) {
    for (size_t at = key.hash;; ++at) {
      const Slot& slot = slots_[at & mask_];
      if (slot.low == key.low && slot.high == key.high &&
          slot.size == static_cast<uint32_t>(key.text.size()) + 1 &&
          IsSame(slot.code, key.text)) {
        return slot.code;
      }
      if (slot.size == 0) return Add(key);
    }
  }
  /// A code of its own for `value`, which is copied but not looked up now or later: for
  /// columns in which hardly any string comes twice.
  uint32_t Append(std::string_view value);
  /// Has the memory that Encode() will need on its way: worth it where many keys are made
  /// before the first is looked up.
  void Prefetch(const DictionaryKey& key) const {
    __builtin_prefetch(&slots_[key.hash & mask_]);
  }

  /// Valid for as long as the dictionary lives. Requires code < size().
  std::string_view operator[](uint32_t code) const { return values_[code]; }
  uint32_t size() const { return static_cast<uint32_t>(values_.size()); }

  /// Bytes held, near enough for a memory budget.
  size_t memory() const;

 private:
  // A short string is compared here and nowhere else: one cache line per look-up.
  struct Slot {
    uint64_t low = 0;
    uint64_t high = 0;
    uint32_t size = 0;  // of the string, plus one; 0 is free
    uint32_t code = 0;
  };

  bool IsSame(uint32_t code, std::string_view text) const {
    return text.size() <= 16 || internal::IsSameMiddle(values_[code].data(), text);
  }
  uint32_t Add(const DictionaryKey& key);
  std::string_view Store(std::string_view value);
  void Grow();

  std::vector<std::string_view> values_;         // by code, into chunks_
  std::vector<uint32_t> hashes_;                 // by code: growing looks at no string
  size_t mask_;                                  // slots - 1
  std::vector<Slot> slots_;                      // open addressing, a power of two
  std::vector<std::unique_ptr<char[]>> chunks_;  // never moved: views stay valid
  size_t chunk_used_ = 0;
  size_t chunk_size_ = 0;
  size_t chunk_bytes_ = 0;
};

inline DictionaryKey DictionaryKey::Unhashed(std::string_view value) {
  const size_t size = value.size();
  if (size >= 16) return UnhashedOfReadable(value);
  DictionaryKey key{0, 0, 0, value};
  if (size >= 8) {
    key.low = internal::Load64(value.data());
    // The last of its bytes, those of `low` shifted out.
    if (size > 8) key.high = internal::Load64(value.data() + size - 8) >> (16 - size) * 8;
  } else {
    key.low = internal::LoadShort(value.data(), size);
  }
  return key;
}

inline DictionaryKey DictionaryKey::UnhashedOfReadable(std::string_view value) {
  using internal::kMask, internal::Load64;
  const char* const at = value.data();
  const size_t size = value.size();
  if (size > 16) return {Load64(at), Load64(at + size - 8), 0, value};
  const char* const mask = kMask.data() + 16 - size;
  return {Load64(at) & Load64(mask), Load64(at + 8) & Load64(mask + 8), 0, value};
}

inline DictionaryKey DictionaryKey::Hashed() const {
  using internal::kHashSeed, internal::Load64, internal::Mix;
  const char* const at = text.data();
  const size_t size = text.size();
  DictionaryKey key = *this;
  if (size <= 16) {
    key.hash = internal::HashShort(low, high);
  } else if (size > 32) {
    key.hash = internal::HashLong(text);
  } else {
    key.hash = Mix(low ^ kHashSeed.low, Load64(at + 8) ^ kHashSeed.high) ^
               Mix(Load64(at + size - 16) ^ kHashSeed.third, high ^ size);
  }
  return key;
}

}  // namespace flowlake
