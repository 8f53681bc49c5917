/// A Delta table in a store: load a snapshot, commit an edit.
/// Format: delta-io/delta PROTOCOL.md, reader version 1, writer version 2, no table
/// features; doc/table.md says what of it we write.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/ledger.h"
#include "flowlake/table/snapshot.h"
#include "flowlake/table/table_property.h"
#include "flowlake/table/unnamed_files.h"

namespace flowlake {

/// What became of an edit. A lost race is not an error: the caller must look at `again`
/// and, if the edit removes files, at `gone`.
struct CommitOutcome {
  /// The version that holds what could be committed; -1 if nothing was left to commit.
  int64_t version = -1;
  /// Inputs that another writer had committed first: their rows are in the table once.
  std::vector<Key128> already;
  /// Inputs whose files were dropped because they shared them with `already`: their rows
  /// are not in the table and must be ingested again.
  std::vector<Key128> again;
  /// Objects of which the table holds the rows of an earlier content, under another ETag:
  /// dropped.
  std::vector<Key128> changed{};
  /// Files of `Edit::remove` that another writer had removed first, in the edit's order.
  /// If there are any, nothing was committed.
  std::vector<std::string> gone;
  /// Where there are `gone`: files of `Edit::add` that may be deleted.
  UnnamedFiles unnamed;
};

/// Thread-safe: it holds no state but the store and the path.
class Table {
 public:
  /// `folder` is the table's path in the store: "vpc_flow". Does not touch the store.
  Table(std::shared_ptr<Store> store, std::string folder);

  const std::string& folder() const { return folder_; }
  const std::shared_ptr<Store>& store() const { return store_; }

  /// Whether the folder has a log with at least one version.
  Result<bool> Exists() const;

  /// Makes version 0 with this schema, partitioned by `date`. No error if somebody else
  /// made it first.
  Status CreateIfAbsent(const Schema& schema,
                        Identity identity = Identity::kBlake3) const;
  /// The same with these properties, as a program of an earlier release makes it.
  Status CreateIfAbsent(const Schema& schema, const TableProperties& properties) const;

  /// The newest version, or the given one. A missing table, a gap in the log, a protocol
  /// or table feature we do not know, a path that leaves the table: an error that names
  /// it.
  Result<std::shared_ptr<const Snapshot>> Load(
      std::optional<int64_t> version = std::nullopt) const;

  /// The newest version without its files, as a writer that only appends needs it:
  /// schema, properties and transactions. As cheap for a large table as for a small one.
  Result<std::shared_ptr<const Snapshot>> LoadHead() const;

  /// Writes a checkpoint of the newest version, if it has none, and deletes entries of
  /// the log that nobody needs behind it. Commit() does so now and then by itself.
  Status Checkpoint() const;

  /// All that is known of the bucket, as `snapshot` refers to it; empty if it has none.
  Result<Ledger> ReadLedger(const Snapshot& snapshot, const std::string& bucket) const;
  /// The same of a bucket as a ledger of version 1 has it: what old programs may have
  /// begun in a table whose ledger hangs on a root, too.
  Result<Ledger> ReadGenerations(const Snapshot& snapshot,
                                 const std::string& bucket) const;
  /// The bucket's one object, without what stands in the bucket beside it.
  Result<Ledger> ReadGeneration(const Snapshot& snapshot,
                                const std::string& bucket) const;

  /// Commits what no other writer has committed: rows and ledger in one atomic step.
  /// Files of `edit` that hold an input of somebody else's are dropped (they stay behind
  /// as orphans), and with them, transitively, the files of their other inputs. Of a
  /// table that the caller knows from an earlier LoadHead(), `head`, only what has come
  /// since is read.
  ///
  /// After an error nobody may delete a file of `edit`: it may have been committed, which
  /// the message then says. What no version names is left to vacuum.
  Result<CommitOutcome> Commit(const Edit& edit,
                               std::shared_ptr<const Snapshot> head = nullptr) const;

 private:
  std::shared_ptr<Store> store_;
  std::string folder_;
};

}  // namespace flowlake
