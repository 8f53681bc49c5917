/// The objects between a table's `txn` and the parts of its ledger, version 2:
///
///   _flowlake/ledger/17.root            each bucket's manifest
///   _flowlake/ledger/<id>.manifest      the bucket's ranges of keys, and their parts
///   _flowlake/ledger/<id>.keys          a part: Ledger
///
/// All are immutable, and found from the root alone. doc/ledger.md has the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Names an object and says what is in it; `bytes` is 0 if there is none.
struct LedgerReference {
  Key128 id;
  int64_t bytes = 0;
  Key128 checksum;  ///< the object's last 16 bytes

  friend bool operator==(const LedgerReference&, const LedgerReference&) = default;
};

/// An object that is to be written.
struct NewLedgerObject {
  std::string bytes;
  LedgerReference reference;
};
/// Under an id that no other object has.
NewLedgerObject NewObjectOf(std::string bytes);

struct LedgerRoot {
  std::map<std::string, LedgerReference> manifests;  ///< by bucket

  std::string Serialize() const;
  /// Invalid if it is cut, out of order, fails its checksum, or names an object that
  /// cannot be.
  static Result<LedgerRoot> Parse(std::string_view bytes);
};

/// Keys whose first half is `first` or more, and less than the next range's.
struct LedgerRange {
  uint64_t first = 0;
  uint64_t kinds = 0;  ///< Ledger::kinds() of what it comes to, or more
  LedgerReference base;
  LedgerReference delta;  ///< comes behind the base

  friend bool operator==(const LedgerRange&, const LedgerRange&) = default;
};

struct LedgerManifest {
  /// Ascending by `first`, the first one's is 0.
  std::vector<LedgerRange> ranges{LedgerRange{}};

  /// The index of the range that has keys with this first half.
  size_t RangeOf(uint64_t hash) const;
  /// The last first half of a key that the range has.
  uint64_t LastOf(size_t range) const;
  uint64_t kinds() const;

  std::string Serialize() const;
  /// Errors as of LedgerRoot::Parse.
  static Result<LedgerManifest> Parse(std::string_view bytes);
};

/// Whether these Ledger::kinds() have old keys that came without a key.
inline bool HasOldKeys(uint64_t kinds) { return (kinds & (uint64_t{1} << 3)) != 0; }

/// The application id of the `txn` that names the root.
inline constexpr char kLedgerRootApplication[] = "flowlake.ledger";
/// What no object of a ledger exceeds: less is no attack, and more is no ledger.
inline constexpr int64_t kMostLedgerBytes = int64_t{64} << 20;

/// Relative to the table.
inline constexpr char kLedgerFolder[] = "_flowlake/ledger/";
std::string LedgerRootPath(int64_t number);
std::string LedgerManifestPath(const LedgerReference& manifest);
std::string LedgerPartPath(const LedgerReference& part);

}  // namespace flowlake
