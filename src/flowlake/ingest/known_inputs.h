/// What the lake's ledgers say about inputs, read once per batch.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "flowlake/base/input_keys.h"
#include "flowlake/base/mutex.h"
#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/table/lake.h"

namespace flowlake {

class KnownInputs {
 public:
  /// What they say about `inputs`: reads the buckets of these.
  static Result<KnownInputs> Load(const Lake& lake, std::span<const Input> inputs);

  /// The table's newest version as it was then, without its files; nullptr: the lake did
  /// not have it.
  std::shared_ptr<const Snapshot> HeadOf(const std::string& table) const;
  /// What a table is to record that this run makes: as the lake's others, so that old
  /// programs that write to these do not stop at it.
  Identity IdentityOfNewTables() const;
  /// Whether old programs write to the lake, or did.
  bool HasOldKeys() const;
  /// Invalid if the lake has this table with other columns.
  Status CheckColumns(const Schema& schema) const;

  /// Whether a table of records holds this content.
  bool IsIngested(const InputKeys& content) const;
  /// Whether an input was refused as a whole, or found empty (RefusedKey, EmptyKey).
  bool IsRefused(const InputKeys& refused) const { return rejects_.Contains(refused); }
  /// Whether there is nothing left to do with an input of this key.
  bool IsSettled(const InputKeys& key, const InputKeys& refused,
                 bool retry_refused) const {
    if (IsIngested(key) || IsRefused(EmptyKey(key))) return true;
    return IsRefused(refused) && !retry_refused;
  }
  /// Whether the rejects of this content were committed: a run that died between its two
  /// commits leaves it so.
  bool HasRejects(const InputKeys& content) const { return rejects_.Contains(content); }
  /// Whether the input's day was expired, with the rows that it had.
  bool IsExpired(const std::string& bucket) const;
  /// Whether any table holds the marker: then a file of this path and size was committed,
  /// or refused, and the one that is there is most likely the same.
  bool HasMarker(const InputKeys& marker) const;
  /// FindShorterSelf over the tables of records.
  Result<int64_t> ShorterSelf(const SizedFile& file) const;

 private:
  std::map<std::string, std::shared_ptr<const Snapshot>> heads_;  // by table
  std::map<std::string, Ledger> records_;                         // by table
  Ledger rejects_;
  std::optional<Date> horizon_;  // days before were expired
};

/// Keys that this run works on: two copies of one input count once. Thread-safe.
class ClaimedKeys {
 public:
  /// False if somebody has it already.
  bool Claim(const Key128& key) {
    const MutexLock lock(mutex_);
    return keys_.insert(key).second;
  }

 private:
  Mutex mutex_;
  std::set<Key128> keys_ GUARDED_BY(mutex_);
};

}  // namespace flowlake
