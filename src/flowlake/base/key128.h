/// 128-bit keys by which the lake remembers what it has ingested.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
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

/// XXH3-128 of `bytes`, the same on every machine.
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

}  // namespace flowlake
