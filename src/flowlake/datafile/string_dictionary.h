/// The distinct strings of a row group's column, numbered in order of first sight, from
/// the codes of other dictionaries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "flowlake/base/dictionary_identity.h"
#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

/// A code means the same string each time it comes from the same dictionary, so that a
/// look-up is an access to an array, and strings are hashed only where more than one
/// dictionary is seen. Holds copies of the strings, as a dictionary page holds them. Not
/// thread-safe.
class StringDictionary {
 public:
  /// Writes one code of this dictionary per code of `from`, none of which is NULL.
  void Encode(const std::shared_ptr<const Dictionary>& from,
              std::span<const uint32_t> codes, uint32_t* to);

  /// The length of the longest string of `from`.
  uint32_t LongestOf(const std::shared_ptr<const Dictionary>& from) {
    return RemapOf(from).longest;
  }

  uint32_t size() const { return static_cast<uint32_t>(lengths_.size()); }
  std::string_view operator[](uint32_t code) const {
    return {reinterpret_cast<const char*>(page_.data()) + offsets_[code], lengths_[code]};
  }
  /// By code.
  std::span<const uint32_t> lengths() const { return lengths_; }
  /// Whether a string is less than another, as unsigned bytes.
  bool Less(uint32_t a, uint32_t b) const {
    // Prefixes nearly always decide; the strings themselves are far away in memory.
    if (prefixes_[a] != prefixes_[b]) return prefixes_[a] < prefixes_[b];
    return (*this)[a] < (*this)[b];
  }
  /// Every string, PLAIN.
  const Bytes& page() const { return page_; }

  size_t memory() const;
  /// Forgets the strings, but keeps the memory.
  void Clear();

 private:
  // What the codes of one dictionary mean here. It is recognised by its owner, which no
  // later dictionary at the same address can share, and not kept alive.
  struct Remap {
    DictionaryIdentity from;
    UninitializedVector<uint32_t> codes;
    uint32_t longest = 0;
  };

  Remap& RemapOf(const std::shared_ptr<const Dictionary>& from);
  void EncodeByArray(const Dictionary& from, std::span<const uint32_t> codes,
                     Remap& remap, uint32_t* to);
  static void Extend(const Dictionary& from, Remap& remap);
  void EncodeByHash(const Dictionary& from, std::span<const uint32_t> codes, Remap& remap,
                    uint32_t* to);
  // These leave the strings that are new to Add(): how many, their codes in new_codes_.
  size_t EncodeKnown(std::span<const uint32_t> codes, uint32_t* map, uint32_t* to);
  size_t EncodeUnknown(std::span<const uint32_t> codes, uint32_t* map, uint32_t* to);
  void StartHash();
  void Add(const Dictionary& from, std::span<const uint32_t> codes);
  void Add(std::span<const std::string_view> texts);

  Bytes page_;
  UninitializedVector<uint32_t> offsets_;  // into page_, of the strings themselves
  UninitializedVector<uint32_t> lengths_;
  UninitializedVector<uint64_t> prefixes_;  // the first eight bytes, as they compare
  std::vector<Remap> remaps_;
  bool is_settled_ = false;                  // few strings were new of late
  UninitializedVector<uint32_t> new_codes_;  // only within Encode()
  std::unique_ptr<Dictionary> hash_;  // the same codes; null: one dictionary was seen
};

}  // namespace flowlake
