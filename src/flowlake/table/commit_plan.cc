#include "flowlake/table/commit_plan.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace flowlake {

namespace {

std::set<Key128> SetOf(const std::vector<Key128>& keys) {
  return {keys.begin(), keys.end()};
}

bool IsIn(const std::map<std::string, Ledger>& ledgers, const InputRecord& input) {
  const auto holds = [&](const std::string& bucket) {
    const auto found = ledgers.find(bucket);
    return found != ledgers.end() && IsKnown(input, found->second);
  };
  return holds(input.bucket) || holds(input.earlier_bucket);
}

/// Another attempt of the same run, or another writer, may have noted the name.
ObjectState StateIn(const std::map<std::string, Ledger>& ledgers,
                    const InputRecord& input) {
  const auto found = ledgers.find(input.bucket);
  return found == ledgers.end() ? ObjectState::kNew : StateOfObject(input, found->second);
}

bool WasOvertaken(const std::map<std::string, Ledger>& ledgers,
                  const InputRecord& input) {
  const auto found = ledgers.find(input.bucket);
  return input.was_overtaken && found != ledgers.end() &&
         input.was_overtaken(found->second);
}

}  // namespace

ObjectState StateOfObject(const InputRecord& input, const Ledger& ledger) {
  if (!input.object) return ObjectState::kNew;
  const ObjectContent* before = ledger.FindObject(input.object->name);
  if (before == nullptr) return ObjectState::kNew;
  if (before->content == input.object->content) return ObjectState::kCopied;
  return input.lifts_block ? ObjectState::kNew : ObjectState::kChanged;
}

bool IsKnown(const InputRecord& input, const Ledger& ledger) {
  if (!input.lifts_block && ledger.IsBlocked(input.key)) return true;
  if (input.is_old) return ledger.ContainsOld(*input.old_key);
  return ledger.Contains(InputKeys{input.key, input.old_key});
}

bool HoldsAny(const AddedFile& file, const std::set<Key128>& inputs) {
  return std::any_of(file.inputs.begin(), file.inputs.end(),
                     [&](const Key128& key) { return inputs.contains(key); });
}

std::set<Key128> WithFileMates(std::set<Key128> inputs,
                               const std::vector<AddedFile>& files) {
  std::vector<const AddedFile*> apart;
  for (const AddedFile& file : files) apart.push_back(&file);
  for (bool changed = true; changed;) {
    changed = std::erase_if(apart, [&](const AddedFile* file) {
                if (!HoldsAny(*file, inputs)) return false;
                inputs.insert(file->inputs.begin(), file->inputs.end());
                return true;
              }) > 0;
  }
  return inputs;
}

CommitPlan PlanCommit(const Edit& edit, const std::map<std::string, Ledger>& ledgers) {
  CommitPlan plan;
  std::set<Key128> already;
  std::set<Key128> overtaken;
  for (const InputRecord& input : edit.inputs) {
    if (IsIn(ledgers, input)) {
      already.insert(input.key);
    } else if (const auto state = StateIn(ledgers, input); state != ObjectState::kNew) {
      const bool is_copy = state == ObjectState::kCopied;
      if (is_copy) plan.aliases.push_back(&input);
      if (is_copy) already.insert(input.key);
      if (!is_copy) plan.changed.push_back(input.key);
    } else if (WasOvertaken(ledgers, input)) {
      overtaken.insert(input.key);
    }
  }

  std::ranges::sort(plan.changed);
  std::set<Key128> settled = SetOf(plan.changed);
  settled.insert(already.begin(), already.end());
  overtaken.insert(settled.begin(), settled.end());
  const std::set<Key128> dropped = WithFileMates(std::move(overtaken), edit.add);
  for (const AddedFile& file : edit.add) {
    if (!HoldsAny(file, dropped)) plan.add.push_back(&file);
  }
  for (const InputRecord& input : edit.inputs) {
    if (!dropped.contains(input.key)) plan.inputs.push_back(&input);
  }
  plan.already.assign(already.begin(), already.end());
  std::set_difference(dropped.begin(), dropped.end(), settled.begin(), settled.end(),
                      std::back_inserter(plan.again));
  return plan;
}

}  // namespace flowlake
