#include "flowlake/ingest/known_inputs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "flowlake/format/catalogue.h"

namespace flowlake {

namespace {

std::set<std::string> BucketsOf(std::span<const Input> inputs) {
  std::set<std::string> buckets;
  for (const Input& input : inputs) {
    buckets.insert(LedgerBucket(input));
    if (input.is_delivery()) buckets.insert(EarlierBucket(input));
  }
  return buckets;
}

/// One ledger of all the buckets: a key is in no two of them.
Result<Ledger> ReadBuckets(const Table& table, const Snapshot& snapshot,
                           const std::set<std::string>& buckets) {
  if (buckets.size() == 1) return table.ReadLedger(snapshot, *buckets.begin());
  std::vector<Ledger> ledgers;
  for (const std::string& bucket : buckets) {
    ARROW_ASSIGN_OR_RAISE(ledgers.emplace_back(), table.ReadLedger(snapshot, bucket));
  }
  return Ledger::Union(ledgers);
}

}  // namespace

Result<KnownInputs> KnownInputs::Load(const Lake& lake, std::span<const Input> inputs) {
  KnownInputs known;
  const std::set<std::string> buckets = BucketsOf(inputs);
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  for (const std::string& name : names) {
    const Table table = lake.table(name);
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.LoadHead());
    // Its ledger may have another form, in which nothing would be found.
    ARROW_RETURN_NOT_OK(CheckMayWrite(snapshot->configuration, name));
    ARROW_ASSIGN_OR_RAISE(Ledger ledger, ReadBuckets(table, *snapshot, buckets));
    known.heads_.emplace(name, snapshot);
    known.horizon_ = std::max(known.horizon_, ExpiredHorizon(*snapshot));
    if (name == RejectsSchema().table()) {
      known.rejects_ = std::move(ledger);
    } else {
      known.records_.emplace(name, std::move(ledger));
    }
  }
  return known;
}

std::shared_ptr<const Snapshot> KnownInputs::HeadOf(const std::string& table) const {
  const auto there = heads_.find(table);
  return there == heads_.end() ? nullptr : there->second;
}

Identity KnownInputs::IdentityOfNewTables() const {
  const bool has_both = std::any_of(heads_.begin(), heads_.end(), [](const auto& head) {
    return IdentityOf(head.second->configuration) == Identity::kBoth;
  });
  return has_both ? Identity::kBoth : Identity::kBlake3;
}

bool KnownInputs::HasOldKeys() const {
  if (IdentityOfNewTables() == Identity::kBoth || !rejects_.lists().old.empty()) {
    return true;
  }
  return std::any_of(records_.begin(), records_.end(),
                     [](const auto& table) { return !table.second.lists().old.empty(); });
}

Status KnownInputs::CheckColumns(const Schema& schema) const {
  const auto head = HeadOf(schema.table());
  if (!head || head->schema == schema) return Status::OK();
  return Status::Invalid(
      "the lake's table ", schema.table(),
      " has other columns than flowlake.toml describes; describe it as "
      "it was, or take another name for the table");
}

bool KnownInputs::IsIngested(const InputKeys& content) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const auto& table) { return table.second.Contains(content); });
}

bool KnownInputs::IsExpired(const std::string& bucket) const {
  const auto day = ParseDate(bucket);
  return day && horizon_ && *day < *horizon_;
}

std::vector<int64_t> KnownInputs::SizesOf(const FileMarks& marks) const {
  std::set<int64_t> all;
  const auto add = [&](const Ledger& ledger) {
    const std::vector<int64_t> sizes = flowlake::SizesOf(marks, ledger);
    all.insert(sizes.begin(), sizes.end());
  };
  add(rejects_);
  for (const auto& [table, ledger] : records_) add(ledger);
  all.erase(0);
  return {all.begin(), all.end()};
}

std::vector<int64_t> KnownInputs::SizesIn(const std::string& table,
                                          const FileMarks& marks) const {
  if (table == RejectsSchema().table()) return flowlake::SizesOf(marks, rejects_);
  const auto found = records_.find(table);
  if (found == records_.end()) return {};
  return flowlake::SizesOf(marks, found->second);
}

Result<KnownPart> KnownInputs::PartOf(const SizedFile& file) const {
  KnownPart part;
  std::vector<int64_t> sizes = SizesOf(file.marks);
  std::erase_if(sizes, [&](int64_t size) { return size > file.bytes; });
  part.is_another = !SizesOf({{file.marks.paths.front()}}).empty();
  if (sizes.empty()) return part;
  if (sizes.back() < file.bytes) sizes.push_back(file.bytes);
  ARROW_ASSIGN_OR_RAISE(const auto beginnings, IdentifyBeginnings(file.input, sizes));
  for (const ContentIdentity& beginning : beginnings) {
    if (IsIngested(beginning.keys)) {
      part.begun = 0;
      if (beginning.bytes < file.bytes) part.done = beginning;
    } else if (part.begun == 0 && rejects_.Contains(beginning.keys)) {
      part.begun = beginning.bytes;
    }
    if (beginning.bytes == file.bytes) part.whole = beginning.keys;
  }
  part.is_another &= part.done.bytes == 0 && part.begun == 0;
  return part;
}

}  // namespace flowlake
