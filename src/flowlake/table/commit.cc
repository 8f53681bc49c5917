// Table::Commit, one attempt per iteration:
//   1. load the newest snapshot, or what came since the last one seen, and what its
//      ledger says about the edit's inputs                      (ledger_update.h)
//   2. plan: what of the edit nobody has committed yet          (commit_plan.h)
//   3. write objects of the ledger that know more               (ledger_update.h)
//   4. put the next log entry if it is absent                   (commit_send.h)
// A crash before 4 leaves orphans: data files and parts of the ledger that no entry
// refers to.
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
#include "flowlake/table/column_order.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/commit_send.h"
#include "flowlake/table/file_statistics.h"
#include "flowlake/table/ledger_root.h"
#include "flowlake/table/ledger_update.h"
#include "flowlake/table/log.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/schema_growth.h"
#include "flowlake/table/snapshot_loader.h"
#include "flowlake/table/table.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr int kMaxAttempts = 100;

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
    if (NamesRoot() && snapshot->transactions.contains(kLedgerRootApplication)) {
      return CommitOutcome();  // another repair was faster
    }
    ARROW_RETURN_NOT_OK(ReadLedger(*snapshot));
    ARROW_RETURN_NOT_OK(CheckOldKeys(*snapshot));
    if (auto gone = GoneFiles(*snapshot); !gone.empty()) {
      CommitOutcome outcome;
      outcome.gone = std::move(gone);
      outcome.unnamed = FilesUnnamedBy(*snapshot);
      return outcome;
    }
    CommitPlan plan = PlanCommit(edit_, Ledgers());
    CommitOutcome outcome;
    outcome.already = std::move(plan.already);
    outcome.again = std::move(plan.again);
    outcome.changed = std::move(plan.changed);
    ColumnOrder order = ColumnOrder::Of(snapshot->configuration);
    for (const AddedFile* added : plan.add) order.Extend(added->file);
    ARROW_ASSIGN_OR_RAISE(
        const MetadataChange change,
        ChangeOf(*snapshot, table_.folder(), PropertiesWith(*snapshot, order), columns_));
    if (IsEmpty(plan) && change.fields.empty()) return outcome;

    LogEntry entry = NewEntry();
    ARROW_ASSIGN_OR_RAISE(entry.metadata, ChangedMetadata(*snapshot, change));
    ARROW_ASSIGN_OR_RAISE(entry.remove,
                          RemoveActions(*snapshot, entry.info->timestamp_ms));
    entry.add = AddActions(*snapshot, plan, order);
    ARROW_ASSIGN_OR_RAISE(entry.transactions, WriteLedger(*snapshot, plan));
    for (const auto& [id, version] : edit_.transactions) entry.transactions[id] = version;
    outcome.version = snapshot->version + 1;
    const SentEntry sent = SendEntry(store(), table_.folder(), outcome.version, entry);
    if (sent.fate == EntryFate::kUnknown) return Fail(sent.failure.message());
    has_lost_ = sent.fate == EntryFate::kLost;
    if (has_lost_) return std::nullopt;
    WriteCheckpointIfDue(outcome.version, snapshot->configuration);
    return outcome;
  }

  bool IsEmpty(const CommitPlan& plan) const {
    return plan.add.empty() && plan.inputs.empty() && plan.aliases.empty() &&
           edit_.remove.empty() && edit_.forget.empty() && edit_.transactions.empty() &&
           edit_.properties.empty();
  }

  /// Of a repair, which has no inputs: the log is to name a root again.
  bool NamesRoot() const { return edit_.transactions.contains(kLedgerRootApplication); }

  /// Between two attempts the table may have been upgraded.
  Status ReadLedger(const Snapshot& snapshot) {
    if (NamesRoot()) return Status::OK();
    const bool has_root = HasLedgerRoot(snapshot.configuration);
    if (ledger_ == nullptr || has_root != has_root_) {
      ledger_ = MakeLedgerUpdate(table_, edit_, snapshot);
      has_root_ = has_root;
    }
    return ledger_->Read(snapshot);
  }

  const std::map<std::string, Ledger>& Ledgers() const {
    static const std::map<std::string, Ledger> kNone;
    return ledger_ ? ledger_->ledgers() : kNone;
  }

  Result<std::map<std::string, int64_t>> WriteLedger(const Snapshot& snapshot,
                                                     const CommitPlan& plan) const {
    if (NamesRoot()) return edit_.transactions;
    const bool becomes_root = HasLedgerRoot(edit_.properties);
    if (becomes_root && !has_root_) return ConvertLedger(table_, snapshot);
    return ledger_->Write(snapshot, plan);
  }

  Result<std::shared_ptr<const Snapshot>> LoadNewest() {
    if (!edit_.remove.empty() || edit_.adds_again) return table_.Load();
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
      if (is_both || ledger_->HasOldKeys(input.bucket)) {
        return Fail(
            "an older program writes to this table too, which was not so before; ",
            "nothing was committed, try again");
      }
    }
    return Status::OK();
  }

  TableProperties PropertiesWith(const Snapshot& snapshot,
                                 const ColumnOrder& order) const {
    TableProperties properties = edit_.properties;
    const ColumnOrder before = ColumnOrder::Of(snapshot.configuration);
    if (order.property() != before.property()) {
      properties[kColumnOrderProperty] = order.property();
    }
    return properties;
  }

  static std::vector<AddAction> AddActions(const Snapshot& snapshot,
                                           const CommitPlan& plan,
                                           const ColumnOrder& order) {
    const auto columns = ListedColumns(snapshot.configuration, snapshot.schema);
    std::vector<AddAction> actions;
    for (const AddedFile* added : plan.add) {
      const DataFile& file = added->file;
      actions.push_back(
          {file, FormatStatistics(file, snapshot.schema, columns), order.Format(file)});
    }
    return actions;
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
    if (edit_.adds_again) {
      for (const AddedFile& added : edit_.add) {
        if (!snapshot.files.Contains(added.file.path)) gone.push_back(added.file.path);
      }
    }
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

  /// A failure is no failure of the commit: the next one that is due tries again.
  void WriteCheckpointIfDue(int64_t version, const TableProperties& properties) const {
    if (version % CheckpointInterval(properties) != 0) return;
    ARROW_UNUSED(table_.Checkpoint());
  }

  const Table& table_;
  const Edit& edit_;
  const std::vector<Field> columns_;      // that the table is to have
  std::shared_ptr<const Snapshot> head_;  // the newest seen, without files
  bool has_lost_ = false;                 // to a version behind head_
  std::unique_ptr<LedgerUpdate> ledger_;
  bool has_root_ = false;  // ledger_ has one
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
