/// The input ledger: which inputs a table already holds. doc/ledger.md has the format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// One generation of one bucket: an immutable, sorted set of keys.
class Ledger {
 public:
  Ledger() = default;
  /// Sorts and removes duplicates.
  explicit Ledger(std::vector<Key128> keys);

  bool Contains(const Key128& key) const;
  /// The keys whose `high` lies in [first, last], in order.
  std::vector<Key128> Range(uint64_t first, uint64_t last) const;
  const std::vector<Key128>& keys() const { return keys_; }

  /// This set and `more`.
  Ledger With(const std::vector<Key128>& more) const;

  std::string Serialize() const;
  /// Invalid if `bytes` is cut, out of order, or fails its checksum.
  static Result<Ledger> Parse(std::string_view bytes);

 private:
  std::vector<Key128> keys_;
};

/// The application id of the bucket's `txn` action: "flowlake.inputs/2026-09-21".
std::string LedgerApplicationId(std::string_view bucket);
/// "_flowlake/inputs/2026-09-21/17.keys", relative to the table.
std::string LedgerPath(std::string_view bucket, int64_t generation);

}  // namespace flowlake
