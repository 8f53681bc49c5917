// Table::Commit, one attempt per iteration:
//   1. load the newest snapshot, or what came since the last one seen, and the ledgers of
//      the edit's buckets
//   2. plan: what of the edit nobody has committed yet          (commit_plan.h)
//   3. write the next generation of every bucket that grows     (WriteLedgers)
//   4. put the next log entry if it is absent                   (commit_send.h)
// A crash before 4 leaves orphans: data files and generations that no entry refers to.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "flowlake/aws/retry.h"
#include "flowlake/base/date.h"
#include "flowlake/base/parallel.h"
#include "flowlake/base/uuid.h"
#include "flowlake/base/version.h"
#include "flowlake/base/waiting.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/commit_send.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/log.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/schema_growth.h"
#include "flowlake/table/snapshot_loader.h"
#include "flowlake/table/table.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr int kMaxAttempts = 100;
constexpr int kMaxGenerations = 1000;

using Ledgers = std::map<std::string, Ledger>;
/// Of a bucket, and of the one beside it.
using Generations = std::pair<int64_t, int64_t>;

void PauseUpTo(int64_t most_ms) { WaitMs(RandomUpTo(most_ms)); }

/// A random time, so that writers that collided once do not collide in step; a shorter
/// one for those that have lost more often: else some would lose to newcomers for long.
void PauseAfterLosing(int attempts) { PauseUpTo(400 / (attempts * attempts)); }

/// Where so many entries came while an edit was made, many writers commit at once: a
/// newcomer lets those go first that have lost before. That halves the races that are
/// lost.
constexpr int64_t kCrowd = 2;
constexpr int64_t kNewcomersPauseMs = 600;

}  // namespace

/// Not in the unnamed namespace: it alone may say which files no version names.
class EditCommitter {
 public:
  /// `head` may be nullptr.
  EditCommitter(const Table& table, const Edit& edit,
                std::shared_ptr<const Snapshot> head, std::vector<Field> columns = {})
      : table_(table),
        edit_(edit),
        columns_(std::move(columns)),
        head_(std::move(head)) {}

  Result<CommitOutcome> Run() {
    ARROW_RETURN_NOT_OK(CheckInputs());
    ARROW_RETURN_NOT_OK(CheckFiles());
    for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
      ARROW_ASSIGN_OR_RAISE(const auto outcome, Attempt());
      if (outcome) return *outcome;
      PauseAfterLosing(attempt);
    }
    return Fail("other writers were faster ", kMaxAttempts,
                " times in a row (contention); nothing was committed, try again");
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("commit to table ", table_.folder(), " in ", store().uri(),
                           ": ", cause...);
  }
  Store& store() const { return *table_.store(); }

  /// A bug of the caller: rows would enter the table without entering the ledger.
  Status CheckInputs() const {
    std::set<Key128> known;
    for (const InputRecord& input : edit_.inputs) known.insert(input.key);
    for (const AddedFile& added : edit_.add) {
      for (const Key128& key : added.inputs) {
        if (known.contains(key)) continue;
        return Status::Invalid("edit of table ", table_.folder(), ": input ",
                               key.ToString(), " of file ", added.file.path,
                               " is not among its inputs");
      }
    }
    return Status::OK();
  }

  /// Between the look of whoever folds and this one, the table may have been upgraded.
  Status CheckIdentity(const Snapshot& snapshot) const {
    if (IdentityOf(snapshot.configuration) == Identity::kBoth) return Status::OK();
    if (std::ranges::none_of(edit_.inputs, &InputRecord::is_old)) return Status::OK();
    return Fail("it holds inputs of which only an old program's key is known");
  }

  Status CheckFiles() const {
    constexpr size_t kLooksAtOnce = 8;
    if (edit_.files_exist) return Status::OK();
    std::vector<Status> checked(edit_.add.size());
    ForEachInParallel(edit_.add.size(), kLooksAtOnce,
                      [&](size_t i) { checked[i] = CheckFile(edit_.add[i].file); });
    for (const Status& status : checked) ARROW_RETURN_NOT_OK(status);
    return Status::OK();
  }

  Status CheckFile(const DataFile& file) const {
    const std::string path = table_.folder() + '/' + file.path;
    ARROW_ASSIGN_OR_RAISE(const auto info, store().Stat(path));
    if (!info) return Fail("data file ", path, " is missing");
    if (info->size == file.bytes) return Status::OK();
    return Fail("data file ", path, " has ", info->size, " bytes instead of ",
                file.bytes);
  }

  /// nullopt: the race was lost.
  Result<std::optional<CommitOutcome>> Attempt() {
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, LoadNewest());
    ARROW_RETURN_NOT_OK(CheckMayWrite(snapshot->configuration, table_.folder()));
    ARROW_RETURN_NOT_OK(CheckMark(*snapshot, table_.folder()));
    ARROW_RETURN_NOT_OK(CheckIdentity(*snapshot));
    ARROW_RETURN_NOT_OK(ReadLedgers(*snapshot));
    ARROW_RETURN_NOT_OK(CheckOldKeys(*snapshot));
    if (auto gone = GoneFiles(*snapshot); !gone.empty()) {
      return CommitOutcome{-1, {}, {}, std::move(gone), FilesUnnamedBy(*snapshot)};
    }
    CommitPlan plan = PlanCommit(edit_, ledgers_);
    CommitOutcome outcome{-1, std::move(plan.already), std::move(plan.again), {}, {}};
    ARROW_ASSIGN_OR_RAISE(
        const MetadataChange change,
        ChangeOf(*snapshot, table_.folder(), edit_.properties, columns_));
    const bool is_empty = plan.add.empty() && plan.inputs.empty() &&
                          edit_.remove.empty() && edit_.transactions.empty() &&
                          edit_.properties.empty() && change.fields.empty();
    if (is_empty) return outcome;

    LogEntry entry = NewEntry();
    ARROW_ASSIGN_OR_RAISE(entry.metadata, ChangedMetadata(*snapshot, change));
    ARROW_ASSIGN_OR_RAISE(entry.remove,
                          RemoveActions(*snapshot, entry.info->timestamp_ms));
    for (const AddedFile* added : plan.add) {
      const DataFile& file = added->file;
      entry.add.push_back({file, FormatStatistics(file, snapshot->schema),
                           FormatColumnBytes(file, snapshot->schema)});
    }
    ARROW_ASSIGN_OR_RAISE(entry.transactions, WriteLedgers(*snapshot, plan));
    entry.transactions.insert(edit_.transactions.begin(), edit_.transactions.end());
    outcome.version = snapshot->version + 1;
    const SentEntry sent = SendEntry(store(), table_.folder(), outcome.version, entry);
    if (sent.fate == EntryFate::kUnknown) return Fail(sent.failure.message());
    has_lost_ = sent.fate == EntryFate::kLost;
    if (has_lost_) return std::nullopt;
    WriteCheckpointIfDue(outcome.version, snapshot->configuration);
    return outcome;
  }

  Result<std::shared_ptr<const Snapshot>> LoadNewest() {
    if (!edit_.remove.empty()) return table_.Load();
    if (head_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(head_, table_.LoadHead());
      return head_;
    }
    if (has_lost_) return Advance(HeadAge::kOld);
    const int64_t version = head_->version;
    ARROW_RETURN_NOT_OK(Advance(HeadAge::kUnknown));
    if (head_->version - version < kCrowd) return head_;
    PauseUpTo(kNewcomersPauseMs);
    return Advance(HeadAge::kOld);
  }

  Result<std::shared_ptr<const Snapshot>> Advance(HeadAge age) {
    ARROW_ASSIGN_OR_RAISE(Snapshot newest,
                          AdvanceHead(store(), table_.folder(), *head_, age));
    head_ = std::make_shared<const Snapshot>(std::move(newest));
    return head_;
  }

  /// Since the edit was made, an old program may have begun to write here.
  Status CheckOldKeys(const Snapshot& snapshot) const {
    const bool is_both = IdentityOf(snapshot.configuration) == Identity::kBoth;
    for (const InputRecord& input : edit_.inputs) {
      if (input.old_key) continue;
      const bool has_old = !ledgers_.at(input.bucket).lists().old.empty();
      if (is_both || has_old) {
        return Fail(
            "an older program writes to this table too, which was not so before; ",
            "nothing was committed, try again");
      }
    }
    return Status::OK();
  }

  /// Those of the edit's buckets that have grown since the attempt before.
  Status ReadLedgers(const Snapshot& snapshot) {
    for (const InputRecord& input : edit_.inputs) {
      ARROW_RETURN_NOT_OK(ReadBucket(snapshot, input.bucket));
      if (input.earlier_bucket.empty()) continue;
      ARROW_RETURN_NOT_OK(ReadBucket(snapshot, input.earlier_bucket));
    }
    return Status::OK();
  }

  Status ReadBucket(const Snapshot& snapshot, const std::string& bucket) {
    const Generations current{Generation(snapshot, bucket),
                              Generation(snapshot, BucketBeside(bucket))};
    const auto [read, is_new] = generations_.try_emplace(bucket, current);
    if (!is_new && read->second == current) return Status::OK();
    read->second = current;
    return table_.ReadLedger(snapshot, bucket).Value(&ledgers_[bucket]);
  }

  /// 0 if the bucket has none yet.
  static int64_t Generation(const Snapshot& snapshot, const std::string& bucket) {
    const auto found = snapshot.transactions.find(LedgerApplicationId(bucket));
    return found == snapshot.transactions.end() ? 0 : found->second;
  }

  LogEntry NewEntry() const {
    LogEntry entry;
    entry.info = CommitInfo{NowMicros() / 1000, edit_.operation, edit_.parameters,
                            std::string("flowlake ") + kVersion, NewUuid()};
    entry.data_change = edit_.data_change;
    return entry;
  }

  std::vector<std::string> GoneFiles(const Snapshot& snapshot) const {
    std::vector<std::string> gone;
    for (const std::string& path : edit_.remove) {
      if (!snapshot.files.Contains(path)) gone.push_back(path);
    }
    return gone;
  }

  /// Those of `edit_.add`: every entry sent so far was lost to another, but the caller
  /// may have committed the same edit before, without an answer.
  UnnamedFiles FilesUnnamedBy(const Snapshot& snapshot) const {
    std::set<std::string> named;
    for (const RemoveAction& tombstone : snapshot.tombstones)
      named.insert(tombstone.path);
    std::vector<std::string> unnamed;
    for (const AddedFile& added : edit_.add) {
      const std::string& path = added.file.path;
      if (snapshot.files.Contains(path) || named.contains(path)) continue;
      unnamed.push_back(table_.folder() + '/' + path);
    }
    return UnnamedFiles(std::move(unnamed));
  }

  /// Requires GoneFiles(snapshot).empty().
  Result<std::vector<RemoveAction>> RemoveActions(const Snapshot& snapshot,
                                                  int64_t now_ms) const {
    std::vector<RemoveAction> actions;
    if (edit_.remove.empty()) return actions;
    const auto append_only = snapshot.configuration.find("delta.appendOnly");
    if (edit_.data_change && append_only != snapshot.configuration.end() &&
        append_only->second == "true") {
      return Fail("the table is append-only, so no rows may be removed");
    }
    for (const std::string& path : edit_.remove) {
      const size_t file = *snapshot.files.Find(path);
      actions.push_back(
          {path, snapshot.files.date(file), snapshot.files.bytes(file), now_ms});
    }
    return actions;
  }

  /// The `txn` actions of the generations written.
  Result<std::map<std::string, int64_t>> WriteLedgers(const Snapshot& snapshot,
                                                      const CommitPlan& plan) const {
    const bool is_both = IdentityOf(snapshot.configuration) == Identity::kBoth;
    std::map<std::string, Ledger::Lists> lists;
    for (const InputRecord* input : plan.inputs) {
      Record(*input, is_both, &lists[input->bucket]);
    }
    std::map<std::string, int64_t> transactions;
    for (auto& [bucket, more] : lists) {
      const Ledger& before = ledgers_.at(bucket);
      const Ledger ledger = before.With(Ledger(std::move(more)));
      const auto put = [&](const std::string& name, const std::string& bytes) {
        return PutGeneration(name, Generation(snapshot, name) + 1, bytes)
            .Value(&transactions[LedgerApplicationId(name)]);
      };
      if (is_both && (before.is_old_form() || before.empty())) {
        ARROW_RETURN_NOT_OK(put(bucket, ledger.SerializeOldKeys()));
        ARROW_RETURN_NOT_OK(put(BucketBeside(bucket), ledger.WithoutOld().Serialize()));
      } else {
        const Ledger kept = is_both ? ledger : ledger.WithoutPaired();
        ARROW_RETURN_NOT_OK(put(bucket, kept.Serialize()));
      }
    }
    return transactions;
  }

  /// Adds to `lists` what a bucket is to remember of the input.
  static void Record(const InputRecord& input, bool is_both, Ledger::Lists* lists) {
    const auto append = [](const std::vector<Key128>& keys, std::vector<Key128>* list) {
      list->insert(list->end(), keys.begin(), keys.end());
    };
    if (input.is_old) {
      lists->old.push_back(*input.old_key);
    } else {
      lists->keys.push_back(input.key);
      append(input.markers, &lists->markers);
      if (!is_both || !input.old_key) return;
      lists->paired.push_back(*input.old_key);
    }
    append(input.old_markers, &lists->old);
  }

  /// A free number from `first` on: others belong to writers that crashed, lost their
  /// race, or are about to. After one that is taken, a random one further up: many
  /// writers at once would else try the same numbers one after the other.
  Result<int64_t> PutGeneration(const std::string& bucket, int64_t first,
                                const std::string& bytes) const {
    int64_t number = first;
    Patience patience{RetryPolicy{}};
    for (int i = 1; i <= kMaxGenerations; ++i, number = first + RandomUpTo(i * 8)) {
      const std::string path = table_.folder() + '/' + LedgerPath(bucket, number);
      const auto put = store().PutIfAbsent(path, bytes);
      if (put.ok() && *put == PutOutcome::kCreated) return number;
      if (put.ok()) continue;
      // It may be there, or not: another number is as good.
      if (!IsPassing(put.status()) || !patience.Pause()) return put.status();
    }
    return Fail("no free generation of ledger ", bucket, " after ", first);
  }

  /// A failure is no failure of the commit: the next one that is due tries again.
  void WriteCheckpointIfDue(int64_t version, const TableProperties& properties) const {
    if (version % CheckpointInterval(properties) != 0) return;
    ARROW_UNUSED(table_.Checkpoint());
  }

  const Table& table_;
  const Edit& edit_;
  const std::vector<Field> columns_;                // that the table is to have
  std::shared_ptr<const Snapshot> head_;            // the newest seen, without files
  bool has_lost_ = false;                           // to a version behind head_
  std::map<std::string, Generations> generations_;  // by bucket, of ledgers_
  Ledgers ledgers_;
};

Result<CommitOutcome> Table::Commit(const Edit& edit,
                                    std::shared_ptr<const Snapshot> head) const {
  return EditCommitter(*this, edit, std::move(head)).Run();
}

Result<CommitOutcome> CommitColumns(const Table& table, const std::vector<Field>& columns,
                                    std::shared_ptr<const Snapshot> head) {
  Edit edit;
  edit.operation = "ADD COLUMNS";
  std::string& names = edit.parameters["columns"];
  for (const Field& field : columns) names += (names.empty() ? "" : ",") + field.name;
  return EditCommitter(table, edit, std::move(head), columns).Run();
}

}  // namespace flowlake
