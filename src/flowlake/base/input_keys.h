/// By what an input is known: its key, and what a program that knew only XXH3 made of it.
/// doc/ledger.md, "Tables of old programs".
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "flowlake/base/key128.h"
#include "flowlake/base/old_hash.h"

namespace flowlake {

struct InputKeys {
  Key128 key;
  /// nullopt: nobody asked for it, because no ledger that counts has old keys.
  std::optional<Key128> old{};

  friend auto operator<=>(const InputKeys&, const InputKeys&) = default;
};

/// Of an input that is known by its content.
inline InputKeys ContentKeys(std::string_view content) {
  return {HashOf(content), OldHashOf(content)};
}

/// ContentKeys over bytes that arrive piece by piece; without the old key if that is not
/// wanted, which takes half as long again.
class StreamingKeys {
 public:
  explicit StreamingKeys(bool with_old) {
    if (with_old) old_.emplace();
  }

  void Update(std::string_view bytes) {
    hash_.Update(bytes);
    if (old_) old_->Update(bytes);
  }
  InputKeys Finish() const {
    return {hash_.Finish(), old_ ? std::optional(old_->Finish()) : std::nullopt};
  }

 private:
  StreamingHash hash_;
  std::optional<StreamingOldHash> old_;
};

}  // namespace flowlake
