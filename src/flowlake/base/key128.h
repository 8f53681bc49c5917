/// 128-bit keys by which the lake remembers what it has ingested: the first 128 bits of
/// BLAKE3 (BLAKE3-team, "BLAKE3: one function, fast everywhere", 2021). Whoever chooses
/// the bytes that are hashed cannot find two inputs of one key.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace flowlake {

struct Key128 {
  uint64_t high = 0;
  uint64_t low = 0;

  friend auto operator<=>(const Key128&, const Key128&) = default;
  /// 32 lower-case hexadecimal digits, most significant first.
  std::string ToString() const;
};

/// BLAKE3 of `bytes`, as `b3sum --length 16` prints it.
Key128 HashOf(std::string_view bytes);

/// HashOf over bytes that arrive piece by piece:
/// Update(a), Update(b), Finish() == HashOf(a + b).
class StreamingHash {
 public:
  StreamingHash();
  ~StreamingHash();
  StreamingHash(StreamingHash&&) noexcept;
  StreamingHash& operator=(StreamingHash&&) noexcept;

  void Update(std::string_view bytes);
  /// Of everything so far; more may follow.
  Key128 Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a key stands for that is not the hash of a content. doc/ledger.md, "Keys".
enum class KeyKind {
  kObject,
  kDelivery,
  kDeliveredContent,
  kRefused,
  kEmpty,
  kPath,
  kOldKey,
  kRequest,
};
inline constexpr size_t kKeyKinds = 8;

/// BLAKE3's derive_key with the context of `kind`, over the length and the bytes of each
/// part: no two kinds, no two lists of parts, and no HashOf hash the same bytes.
Key128 DeriveKey(KeyKind kind, std::initializer_list<std::string_view> parts);

/// The key's 16 bytes, most significant first.
std::string ToBytes(const Key128& key);

}  // namespace flowlake
