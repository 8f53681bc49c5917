/// The input ledger: which inputs a table already holds. doc/ledger.md has the format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/input_keys.h"
#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/table/ledger_bytes.h"
#include "flowlake/table/object_content.h"

namespace flowlake {

/// What one bucket knows. Immutable; each list is sorted and has no key twice.
class Ledger {
 public:
  struct Lists {
    std::vector<Key128> keys{};
    /// high: a hash of a path; low: the size that its file had.
    std::vector<Key128> markers{};
    /// What old programs recorded: keys, and markers among them.
    std::vector<Key128> old{};
    /// Old keys of inputs whose key is in `keys`.
    std::vector<Key128> paired{};
    /// Keys that are no longer known, whatever earlier parts of the ledger say: of the
    /// same part only what its other lists have counts.
    std::vector<Key128> removed{};
    /// Keys of inputs that were taken out and are not to come again by themselves.
    std::vector<Key128> blocking{};
    /// By name, each once.
    std::vector<ObjectContent> objects{};
  };

  Ledger() = default;
  explicit Ledger(std::vector<Key128> keys);
  /// Sorts and removes duplicates. What is paired is not `old` too.
  explicit Ledger(Lists lists);

  bool Contains(const Key128& key) const;
  /// Whether an input of these keys is known: an old key that came with another input's
  /// key does not tell.
  bool Contains(const InputKeys& keys) const;
  /// Whether somebody recorded this old key, alone or with a key.
  bool ContainsOld(const Key128& old) const;
  /// Whether the input was taken out, and stays out until somebody asks for it.
  bool IsBlocked(const Key128& key) const;
  bool HasMarker(const InputKeys& marker) const;
  /// What the object with this `object` key of its URI held last; nullptr: nobody noted
  /// it.
  const ObjectContent* FindObject(const Key128& name) const;
  /// The sizes that a file with these hashes of its path (the `high` of a marker) had.
  std::vector<int64_t> SizesOf(uint64_t path, uint64_t old_path) const;

  const std::vector<Key128>& keys() const { return lists_.keys; }
  const Lists& lists() const { return lists_; }
  bool empty() const;
  /// Of all lists.
  size_t size() const;
  /// Bit n is set if there is a section of kind n.
  uint64_t kinds() const;
  /// Whether it was read from an object of the form that old programs know.
  bool is_old_form() const { return is_old_form_; }

  /// Everything that one of them knows; in the old form if one of them is.
  static Ledger Union(std::span<const Ledger> ledgers);
  Ledger With(const Ledger& more) const;
  /// What this part and the one behind it, `later`, come to.
  Ledger Then(const Ledger& later) const;
  /// As the first part of a ledger: nothing stands before it that could be taken out.
  Ledger WithoutRemoved() const;
  /// What belongs to hashes from `first` to `last`, by the first half of keys and names.
  Ledger Slice(uint64_t first, uint64_t last) const;
  /// The first halves of all keys and names, ascending.
  std::vector<uint64_t> Hashes() const;
  Ledger With(const std::vector<Key128>& keys) const { return With(Ledger(keys)); }

  /// FLKEYS2.
  std::string Serialize() const;
  /// For old programs: all old keys, as FLKEYS1.
  std::string SerializeOldKeys() const;
  /// What stands beside that: all but what only old programs have recorded.
  Ledger WithoutOld() const;
  /// As a table needs it that no old program writes to.
  Ledger WithoutPaired() const;
  /// Reads both forms. Invalid if `bytes` is cut, out of order, or fails its checksum.
  static Result<Ledger> Parse(std::string_view bytes);

 private:
  Lists lists_;
  bool is_old_form_ = false;
};

/// The application id of the bucket's `txn` action: "flowlake.inputs/2026-09-21".
std::string LedgerApplicationId(std::string_view bucket);
/// The bucket in which keys stand while old programs need `bucket` in their form.
std::string BucketBeside(std::string_view bucket);
/// "_flowlake/inputs/2026-09-21/17.keys", relative to the table.
std::string LedgerPath(std::string_view bucket, int64_t generation);

}  // namespace flowlake
