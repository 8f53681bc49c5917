// Ledgers of version 1: every bucket is a row of generations, and a commit writes the
// next one of those that grow.
#include "flowlake/table/ledger_update.h"

#include <utility>
#include <vector>

#include "flowlake/aws/retry.h"
#include "flowlake/base/waiting.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr int kMaxNumbers = 1000;

/// Of a bucket, and of the one beside it.
using Generations = std::pair<int64_t, int64_t>;

/// 0 if the bucket has none yet.
int64_t Generation(const Snapshot& snapshot, const std::string& bucket) {
  const auto found = snapshot.transactions.find(LedgerApplicationId(bucket));
  return found == snapshot.transactions.end() ? 0 : found->second;
}

void Append(const std::vector<Key128>& keys, std::vector<Key128>* list) {
  list->insert(list->end(), keys.begin(), keys.end());
}

/// Adds to `lists` what a bucket is to remember of the input.
void Record(const InputRecord& input, bool is_both, Ledger::Lists* lists) {
  if (input.is_old) {
    lists->old.push_back(*input.old_key);
  } else {
    lists->keys.push_back(input.key);
    Append(input.markers, &lists->markers);
    if (input.object) lists->objects.push_back(*input.object);
    if (input.lifts_block) lists->removed.push_back(input.key);
    if (!is_both || !input.old_key) return;
    lists->paired.push_back(*input.old_key);
  }
  Append(input.old_markers, &lists->old);
}

class GenerationUpdate final : public LedgerUpdate {
 public:
  GenerationUpdate(const Table& table, const Edit& edit) : table_(table), edit_(edit) {}

  Status Read(const Snapshot& snapshot) override {
    for (const InputRecord& input : edit_.inputs) {
      ARROW_RETURN_NOT_OK(ReadBucket(snapshot, input.bucket));
      if (input.earlier_bucket.empty()) continue;
      ARROW_RETURN_NOT_OK(ReadBucket(snapshot, input.earlier_bucket));
    }
    return Status::OK();
  }

  bool HasOldKeys(const std::string& bucket) const override {
    return !ledgers_.at(bucket).lists().old.empty();
  }

  Result<std::map<std::string, int64_t>> Write(const Snapshot& snapshot,
                                               const CommitPlan& plan) override {
    if (!edit_.forget.empty()) {
      return Status::Invalid("forget inputs of table ", table_.folder(),
                             ": its ledger has the form of older programs; run "
                             "`flowlake upgrade` first");
    }
    std::map<std::string, int64_t> transactions;
    for (const auto& [bucket, more] : LedgerChanges(edit_, plan, snapshot)) {
      ARROW_RETURN_NOT_OK(WriteBucket(snapshot, bucket, more, &transactions));
    }
    return transactions;
  }

 private:
  /// Nothing if it has not grown since the attempt before.
  Status ReadBucket(const Snapshot& snapshot, const std::string& bucket) {
    const Generations current{Generation(snapshot, bucket),
                              Generation(snapshot, BucketBeside(bucket))};
    const auto [read, is_new] = generations_.try_emplace(bucket, current);
    if (!is_new && read->second == current) return Status::OK();
    read->second = current;
    return table_.ReadGenerations(snapshot, bucket).Value(&ledgers_[bucket]);
  }

  Status WriteBucket(const Snapshot& snapshot, const std::string& bucket,
                     const Ledger& more, std::map<std::string, int64_t>* transactions) {
    const bool is_both = IdentityOf(snapshot.configuration) == Identity::kBoth;
    const Ledger& before = ledgers_.at(bucket);
    const Ledger ledger = before.With(more);
    const auto put = [&](const std::string& name, const std::string& bytes) {
      const auto path_of = [&](int64_t number) { return LedgerPath(name, number); };
      return PutNumbered(table_, Generation(snapshot, name) + 1, path_of, bytes)
          .Value(&(*transactions)[LedgerApplicationId(name)]);
    };
    if (is_both && (before.is_old_form() || before.empty())) {
      ARROW_RETURN_NOT_OK(put(bucket, ledger.SerializeOldKeys()));
      return put(BucketBeside(bucket), ledger.WithoutOld().Serialize());
    }
    return put(bucket, (is_both ? ledger : ledger.WithoutPaired()).Serialize());
  }

  const Table& table_;
  const Edit& edit_;
  std::map<std::string, Generations> generations_;  // by bucket, of ledgers_
};

/// Programs of that version know no section but the first four.
Ledger::Lists ForGenerations(Ledger::Lists lists) {
  lists.removed.clear();
  lists.blocking.clear();
  lists.objects.clear();
  return lists;
}

}  // namespace

std::map<std::string, Ledger> LedgerChanges(const Edit& edit, const CommitPlan& plan,
                                            const Snapshot& snapshot) {
  const bool is_both = IdentityOf(snapshot.configuration) == Identity::kBoth;
  std::map<std::string, Ledger::Lists> lists;
  for (const InputRecord* input : plan.inputs) {
    Record(*input, is_both, &lists[input->bucket]);
  }
  for (const InputRecord* alias : plan.aliases) {
    Record(*alias, is_both, &lists[alias->bucket]);
  }
  for (const ForgottenInput& input : edit.forget) {
    lists[input.bucket].removed.push_back(input.key);
    if (input.blocks) lists[input.bucket].blocking.push_back(input.key);
  }
  const bool has_root = HasLedgerRoot(snapshot.configuration);
  std::map<std::string, Ledger> changes;
  for (auto& [bucket, of_bucket] : lists) {
    changes.emplace(bucket, has_root ? Ledger(std::move(of_bucket))
                                     : Ledger(ForGenerations(std::move(of_bucket))));
  }
  return changes;
}

/// A number that is taken belongs to a writer that crashed, lost its race, or is about
/// to. Behind it, a random one further up: many writers at once would else try the same
/// numbers one after the other.
Result<int64_t> PutNumbered(const Table& table, int64_t first,
                            const std::function<std::string(int64_t)>& path_of,
                            const std::string& bytes) {
  int64_t number = first;
  Patience patience{RetryPolicy{}};
  for (int i = 1; i <= kMaxNumbers; ++i, number = first + RandomUpTo(i * 8)) {
    const std::string path = table.folder() + '/' + path_of(number);
    const auto put = table.store()->PutIfAbsent(path, bytes);
    if (put.ok() && *put == PutOutcome::kCreated) return number;
    if (put.ok()) continue;
    // It may be there, or not: another number is as good.
    if (!IsPassing(put.status()) || !patience.Pause()) return put.status();
  }
  return Status::IOError("commit to table ", table.folder(), " in ", table.store()->uri(),
                         ": no free number for its ledger's ", path_of(first));
}

std::unique_ptr<LedgerUpdate> MakeGenerationUpdate(const Table& table, const Edit& edit) {
  return std::make_unique<GenerationUpdate>(table, edit);
}

std::unique_ptr<LedgerUpdate> MakeLedgerUpdate(const Table& table, const Edit& edit,
                                               const Snapshot& snapshot) {
  return HasLedgerRoot(snapshot.configuration) ? MakeRootUpdate(table, edit)
                                               : MakeGenerationUpdate(table, edit);
}

}  // namespace flowlake
