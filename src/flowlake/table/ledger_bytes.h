/// The big-endian numbers and keys of which the ledger's objects are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"

namespace flowlake {

inline constexpr size_t kLedgerKeyBytes = 16;

void AppendNumber(uint64_t value, std::string* bytes);
void AppendKey(const Key128& key, std::string* bytes);
/// The key in the 16 bytes at `offset`, which must be there.
Key128 KeyAt(std::string_view bytes, size_t offset);

/// Adds the BLAKE3 of everything before, and returns it.
Key128 AppendChecksum(std::string* bytes);
/// The object between its magic and its checksum. Invalid if it begins otherwise, is cut
/// or damaged; `what` names it: "ledger's root".
Result<std::string_view> CheckedBody(std::string_view bytes, std::string_view magic,
                                     const char* what);

/// Reads an object from its front, so far as it has not been read yet. A view.
class LedgerBytes {
 public:
  LedgerBytes(std::string_view bytes, const char* what) : bytes_(bytes), what_(what) {}

  size_t left() const { return bytes_.size() - at_; }
  Result<uint64_t> Number();
  Result<Key128> Key();
  Result<std::string_view> Text(size_t length);
  /// A number of things that take at least `least_bytes` each: no more than can follow.
  Result<uint64_t> Count(size_t least_bytes);
  /// Invalid if something is left.
  Status Finish() const;

 private:
  Status Cut() const;

  std::string_view bytes_;
  const char* what_;
  size_t at_ = 0;
};

}  // namespace flowlake
