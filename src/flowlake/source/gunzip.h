/// Streaming decompression of gzip (RFC 1952), any number of members.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// Whether these are the first bytes of a gzip member.
bool IsGzip(std::span<const char> first_bytes);

/// Whether these are the first bytes of a zlib stream (RFC 1950), as some put in the
/// place of gzip.
bool IsZlib(std::span<const char> first_bytes);

/// All of a gzip or zlib stream that is in memory. Invalid if it is damaged, or unzips to
/// more than `limit` bytes.
Result<std::string> Unzip(std::string_view stored, size_t limit);

/// A push-pull machine around ISA-L:
///   until finished: Feed(stored bytes) when needs_input(), then Read() until it gives 0.
/// CRC and length of every member are verified. Zero bytes behind the last member are
/// padding; anything else there is corruption. Not thread-safe.
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(Gunzip&&) noexcept;

  /// For another input. Costs nothing, where a new machine costs 100 KB of memory.
  void Reset();

  /// More stored bytes, kept by the caller until needs_input() is true again. Empty means
  /// the end of the input.
  void Feed(std::span<const char> stored);
  bool needs_input() const;

  /// Unzips into `out` and returns how much; 0 if it needs input or is finished. Invalid
  /// says what is wrong and at which stored byte.
  Result<size_t> Read(std::span<char> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flowlake
