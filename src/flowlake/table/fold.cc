#include "flowlake/table/fold.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "flowlake/base/parallel.h"
#include "flowlake/table/commit_plan.h"
#include "flowlake/table/shard_claims.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr size_t kRequestsAtOnce = 8;
constexpr int64_t kHourMs = 3'600'000;

/// Inputs of the edits that are folded, whoever staged them: recognised as a ledger does.
class TakenInputs {
 public:
  /// False if it was taken before.
  bool Take(const InputRecord& input) {
    if (input.is_old) {
      const bool is_new =
          !old_.contains(*input.old_key) && !paired_.contains(*input.old_key);
      if (is_new) old_.insert(*input.old_key);
      return is_new;
    }
    if (input.old_key && old_.contains(*input.old_key)) return false;
    if (input.old_key) paired_.insert(*input.old_key);
    return keys_.insert(input.key).second;
  }

 private:
  std::set<Key128> keys_;
  std::set<Key128> old_;     // of which no key is known
  std::set<Key128> paired_;  // of inputs in keys_
};

/// Takes from `edits` those with an object that an earlier one has with another ETag:
/// what they hold is held against the ledger once that is in it.
std::vector<StagedEdit> TakeRewritten(std::vector<StagedEdit>& edits) {
  std::map<Key128, Key128> keys;  // by object
  const auto is_rewritten = [&](const StagedEdit& staged) {
    return std::ranges::any_of(staged.edit.inputs, [&](const InputRecord& input) {
      if (!input.object) return false;
      return keys.try_emplace(input.object->name, input.key).first->second != input.key;
    });
  };
  std::vector<StagedEdit> first;
  std::vector<StagedEdit> rewritten;
  for (StagedEdit& staged : edits) {
    (is_rewritten(staged) ? rewritten : first).push_back(std::move(staged));
  }
  edits = std::move(first);
  return rewritten;
}

class Folder {
 public:
  Folder(const Table& table, const Snapshot& head, const FoldOptions& options)
      : table_(table), head_(head), options_(options) {}

  Result<FoldReport> Run(const std::vector<ObjectInfo>& objects) {
    const auto step =
        static_cast<size_t>(std::max<int64_t>(1, options_.edits_per_commit));
    for (size_t at = 0; at < objects.size(); at += step) {
      const size_t end = std::min(objects.size(), at + step);
      ARROW_RETURN_NOT_OK(FoldSome({objects.begin() + static_cast<std::ptrdiff_t>(at),
                                    objects.begin() + static_cast<std::ptrdiff_t>(end)}));
    }
    return std::move(report_);
  }

 private:
  Status FoldSome(const std::vector<ObjectInfo>& objects) {
    auto [edits, unreadable] = ReadStagedEdits(table_, head_.schema, objects);
    for (const Failure& failure : unreadable) {
      report_.problems.push_back(failure.status.message() + "; it is left where it is");
    }
    std::erase_if(edits, [&](const StagedEdit& staged) {
      return IsTooOld(staged) || IsOfOldProgram(staged);
    });
    ARROW_RETURN_NOT_OK(LeaveOutUnclaimed(edits));
    ARROW_RETURN_NOT_OK(LeaveOutDamaged(edits));
    while (!edits.empty()) {
      auto rest = TakeRewritten(edits);
      const Edit folded = Fold(edits);
      ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, table_.Commit(folded));
      Count(folded, outcome);
      ReportChanged(edits, outcome);
      ARROW_RETURN_NOT_OK(Delete(edits));
      edits = std::move(rest);
    }
    return Status::OK();
  }

  /// Their rows were staged before anybody saw that the table has others of that object.
  void ReportChanged(const std::vector<StagedEdit>& edits, const CommitOutcome& outcome) {
    const auto is_changed = [&](const InputRecord& input) {
      return std::ranges::binary_search(outcome.changed, input.key);
    };
    for (const StagedEdit& staged : edits) {
      const auto count = std::ranges::count_if(staged.edit.inputs, is_changed);
      if (count == 0) continue;
      report_.problems.push_back(
          staged.path + ": " + std::to_string(count) +
          " of its objects were ingested before with other content and were left out; "
          "`ingest` says which, and takes them with --again");
    }
  }

  bool IsTooOld(const StagedEdit& staged) {
    int64_t limit_ms = DeletedFileRetentionMs(head_.configuration) / 2;
    if (staged.edit.claim) limit_ms = std::min(limit_ms, kClaimKeptMs - kHourMs);
    if (staged.staged_ms + limit_ms >= options_.now_ms) return false;
    report_.problems.push_back(staged.path +
                               ": has waited for longer than half of the time that "
                               "vacuum leaves files; delete it and ingest its " +
                               std::to_string(staged.edit.inputs.size()) +
                               " inputs again");
    return true;
  }

  /// The table records keys alone, so it may hold the edit's inputs and not know it.
  bool IsOfOldProgram(const StagedEdit& staged) {
    if (IdentityOf(head_.configuration) != Identity::kBlake3) return false;
    if (!HasOldInputs(staged.edit)) return false;
    report_.problems.push_back(staged.path +
                               ": was staged by a program that is older than the table, "
                               "so its inputs cannot be told from those that the table "
                               "has; delete it and ingest its " +
                               std::to_string(staged.edit.inputs.size()) +
                               " inputs again");
    return true;
  }

  /// Those whose claim is not there yet, or is another's: then they are deleted.
  Status LeaveOutUnclaimed(std::vector<StagedEdit>& edits) {
    std::vector<Result<ClaimState>> states(edits.size(), ClaimState::kOurs);
    ForEachInParallel(edits.size(), kRequestsAtOnce, [&](size_t i) {
      const auto& claim = edits[i].edit.claim;
      if (claim) states[i] = StateOfClaim(*table_.store(), *claim);
    });
    std::vector<StagedEdit> claimed;
    for (size_t i = 0; i < edits.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const ClaimState state, states[i]);
      if (state == ClaimState::kOurs) {
        claimed.push_back(std::move(edits[i]));
      } else if (state == ClaimState::kOpen) {
        ++report_.waiting;
      } else {
        ARROW_RETURN_NOT_OK(table_.store()->Delete(edits[i].path));
        ++report_.void_edits;
      }
    }
    edits = std::move(claimed);
    return Status::OK();
  }

  /// Those that name a file that is not there as it was staged.
  Status LeaveOutDamaged(std::vector<StagedEdit>& edits) {
    std::vector<Result<std::string>> damage(edits.size());
    ForEachInParallel(edits.size(), kRequestsAtOnce,
                      [&](size_t i) { damage[i] = DamageOf(edits[i].edit); });
    std::vector<StagedEdit> whole;
    for (size_t i = 0; i < edits.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const std::string file, std::move(damage[i]));
      if (file.empty()) {
        whole.push_back(std::move(edits[i]));
      } else {
        report_.problems.push_back(edits[i].path + ": its data file " + file +
                                   " is missing or cut; ingest its inputs again");
      }
    }
    edits = std::move(whole);
    return Status::OK();
  }

  Result<std::string> DamageOf(const Edit& edit) const {
    for (const AddedFile& added : edit.add) {
      const std::string path = table_.folder() + '/' + added.file.path;
      ARROW_ASSIGN_OR_RAISE(const auto info, table_.store()->Stat(path));
      if (!info || info->size != added.file.bytes) return path;
    }
    return std::string();
  }

  /// One edit with every input once.
  Edit Fold(std::vector<StagedEdit>& edits) {
    Edit folded;
    folded.operation = "WRITE";
    folded.parameters = {{"mode", "Append"}, {"edits", std::to_string(edits.size())}};
    folded.files_exist = true;
    TakenInputs taken;
    for (StagedEdit& staged : edits) Append(staged.edit, taken, folded);
    return folded;
  }

  void Append(Edit& edit, TakenInputs& taken, Edit& folded) {
    std::set<Key128> twice;
    for (const InputRecord& input : edit.inputs) {
      if (!taken.Take(input)) twice.insert(input.key);
    }
    report_.duplicates += static_cast<int64_t>(twice.size());
    for (AddedFile& added : edit.add) {
      if (!HoldsAny(added, twice)) folded.add.push_back(std::move(added));
    }
    for (InputRecord& input : edit.inputs) {
      if (!twice.contains(input.key)) folded.inputs.push_back(std::move(input));
    }
  }

  void Count(const Edit& folded, const CommitOutcome& outcome) {
    const std::set<Key128> already(outcome.already.begin(), outcome.already.end());
    std::set<Key128> dropped = already;
    dropped.insert(outcome.changed.begin(), outcome.changed.end());
    report_.version = std::max(report_.version, outcome.version);
    report_.duplicates += static_cast<int64_t>(already.size());
    report_.inputs += static_cast<int64_t>(folded.inputs.size() - dropped.size());
    for (const AddedFile& added : folded.add) {
      if (HoldsAny(added, dropped)) continue;
      ++report_.files;
      report_.rows += added.file.rows;
    }
  }

  /// Only now: until here, whoever is stopped loses nothing.
  Status Delete(const std::vector<StagedEdit>& edits) {
    std::vector<Status> deleted(edits.size());
    ForEachInParallel(edits.size(), kRequestsAtOnce, [&](size_t i) {
      deleted[i] = table_.store()->Delete(edits[i].path);
    });
    for (const Status& status : deleted) ARROW_RETURN_NOT_OK(status);
    report_.edits += static_cast<int64_t>(edits.size());
    return Status::OK();
  }

  const Table& table_;
  const Snapshot& head_;
  const FoldOptions& options_;
  FoldReport report_;
};

}  // namespace

Result<FoldReport> FoldStagedEdits(const Table& table, const FoldOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(table));
  if (objects.empty()) return FoldReport{};
  ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
  ARROW_RETURN_NOT_OK(CheckMayWrite(head->configuration, table.folder()));
  return Folder(table, *head, options).Run(objects);
}

}  // namespace flowlake
