/// XXH3-128, by which programs before November 2026 knew inputs: their keys stand in
/// ledgers for as long as these do. Collisions are cheap to make, so it proves nothing of
/// what somebody else chose.
#pragma once

#include <memory>
#include <string_view>

#include "flowlake/base/key128.h"

namespace flowlake {

Key128 OldHashOf(std::string_view bytes);

/// OldHashOf over bytes that arrive piece by piece, as StreamingHash.
class StreamingOldHash {
 public:
  StreamingOldHash();
  ~StreamingOldHash();
  StreamingOldHash(StreamingOldHash&&) noexcept;
  StreamingOldHash& operator=(StreamingOldHash&&) noexcept;

  void Update(std::string_view bytes);
  Key128 Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flowlake
