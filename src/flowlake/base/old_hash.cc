#include "flowlake/base/old_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace flowlake {

Key128 OldHashOf(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

struct StreamingOldHash::State {
  XXH3_state_t xxh;
};

StreamingOldHash::StreamingOldHash() : state_(new State) {
  XXH3_128bits_reset(&state_->xxh);
}
StreamingOldHash::~StreamingOldHash() = default;
StreamingOldHash::StreamingOldHash(StreamingOldHash&&) noexcept = default;
StreamingOldHash& StreamingOldHash::operator=(StreamingOldHash&&) noexcept = default;

void StreamingOldHash::Update(std::string_view bytes) {
  XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
}

Key128 StreamingOldHash::Finish() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return {hash.high64, hash.low64};
}

}  // namespace flowlake
