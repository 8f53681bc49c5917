/// The ledger's side of one commit, over all its attempts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/ledger.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// Of a ledger of one version. Not thread-safe.
class LedgerUpdate {
 public:
  virtual ~LedgerUpdate() = default;

  /// Reads what the snapshot's ledger says about the edit's inputs, so far as it is not
  /// what the attempt before has read.
  virtual Status Read(const Snapshot& snapshot) = 0;
  /// Of each of the edit's buckets what tells about its inputs. Valid until Read().
  const std::map<std::string, Ledger>& ledgers() const { return ledgers_; }
  /// Whether the bucket holds old keys without a key.
  virtual bool HasOldKeys(const std::string& bucket) const = 0;
  /// Writes objects that know the plan's inputs, and returns the `txn` actions that name
  /// them. Until an entry has these, nothing has changed.
  virtual Result<std::map<std::string, int64_t>> Write(const Snapshot& snapshot,
                                                       const CommitPlan& plan) = 0;

 protected:
  std::map<std::string, Ledger> ledgers_;
};

/// For the version that the snapshot's table has. Table and edit outlive it.
std::unique_ptr<LedgerUpdate> MakeLedgerUpdate(const Table& table, const Edit& edit,
                                               const Snapshot& snapshot);

/// The commit that makes the table's ledger one of version 2: writes everything that its
/// generations hold, in the new form, and returns the `txn` actions.
Result<std::map<std::string, int64_t>> ConvertLedger(const Table& table,
                                                     const Snapshot& snapshot);

/// What else the implementations share.

/// What the buckets are to remember of the plan's inputs, and no longer of the edit's.
std::map<std::string, Ledger> LedgerChanges(const Edit& edit, const CommitPlan& plan,
                                            const Snapshot& snapshot);
/// Writes `bytes` under a free number from `first` on, and returns it.
/// `path_of(number)` is relative to the table.
Result<int64_t> PutNumbered(const Table& table, int64_t first,
                            const std::function<std::string(int64_t)>& path_of,
                            const std::string& bytes);
std::unique_ptr<LedgerUpdate> MakeGenerationUpdate(const Table& table, const Edit& edit);
std::unique_ptr<LedgerUpdate> MakeRootUpdate(const Table& table, const Edit& edit);

}  // namespace flowlake
