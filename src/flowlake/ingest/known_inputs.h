/// What the lake's ledgers say about inputs, read once per batch.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/input_keys.h"
#include "flowlake/base/mutex.h"
#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// How much of a file is in the lake.
struct KnownPart {
  /// The longest beginning whose records are in a table; no bytes: none is.
  ContentIdentity done{};
  /// A longer one, of which only the rejects are: a run died between its two commits.
  /// 0: none. It has to be finished as it was begun.
  int64_t begun = 0;
  /// Of the whole file, where that had to be made.
  std::optional<InputKeys> whole{};
  /// Another file of this path was there, with other bytes.
  bool is_another = false;
};

class KnownInputs {
 public:
  /// Under which terms an input is refused (TermsOf).
  using Terms = std::function<std::vector<std::string>(const Input&)>;
  /// What they say about `inputs`: reads the buckets of these, and where a ledger hangs
  /// on a root, of those that are known unread only what is about their keys.
  /// Of flowlake's tables (table/own_table.h); one that cannot be read is a failure, not
  /// an error.
  static Result<KnownInputs> Load(const Lake& lake, std::span<const Input> inputs,
                                  const Terms& terms);

  /// The table's newest version as it was then, without its files; nullptr: the lake did
  /// not have it.
  std::shared_ptr<const Snapshot> HeadOf(const std::string& table) const;
  /// What a table is to record that this run makes: as the lake's others, so that old
  /// programs that write to these do not stop at it.
  Identity IdentityOfNewTables() const;
  /// Whether old programs write to the lake, or did.
  bool HasOldKeys() const;
  /// It has a later version now.
  void SetHead(const std::string& table, std::shared_ptr<const Snapshot> head) {
    heads_[table] = std::move(head);
  }
  /// IOError if nothing can be written to the table: it has failed, or is not flowlake's.
  /// (Not Invalid, which would be a judgement of the input.)
  Status CheckTable(const std::string& table) const;
  const Failures& failures() const { return failures_; }
  /// As Failures::Keep.
  bool Keep(const std::string& table, const std::string& step, const Status& status) {
    return failures_.Keep(table, step, status);
  }

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
  /// Whether the input's day was expired in every table of records, so that it need not
  /// be read to know that.
  bool IsExpired(const std::string& bucket) const;
  /// Whether it was in this table, with the rows that it had.
  bool IsExpired(const std::string& bucket, const std::string& table) const;
  /// Days before were expired in this table; nullopt if none were.
  std::optional<Date> HorizonOf(const std::string& table) const;
  /// Of an input of that day whose rows were in a table and were expired with it: days
  /// before which. nullopt if that is not so, or it was brought back since.
  std::optional<Date> ExpiredSince(const InputKeys& key, Date day) const;
  /// Whether it was taken out of a table of records, and is not to come again by itself.
  bool IsBlocked(const Key128& content) const;
  /// What the object with this `object` key of its URI held, and in which table its rows
  /// are; nullptr if nobody noted it.
  const ObjectContent* FindObject(const Key128& name, std::string* table) const;
  /// What the lake has of a file. Reads it if the lake knows its path, up to the
  /// longest content that it had.
  Result<KnownPart> PartOf(const SizedFile& file) const;
  /// The sizes that the table's ledger has for it.
  std::vector<int64_t> SizesIn(const std::string& table, const FileMarks& marks) const;

 private:
  std::vector<int64_t> SizesOf(const FileMarks& marks) const;

  std::map<std::string, std::shared_ptr<const Snapshot>> heads_;  // by table
  std::map<std::string, Ledger> records_;                         // by table
  Ledger rejects_;
  bool has_old_keys_ = false;  // in a bucket of the inputs
  Failures failures_;
  std::set<std::string> others_;  // tables that are not flowlake's
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
