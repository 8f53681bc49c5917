#include "flowlake/ingest/known_inputs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "flowlake/format/catalogue.h"
#include "flowlake/table/own_table.h"

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
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake));
  known.failures_ = survey.failures;
  for (const NotATable& other : survey.others) known.others_.insert(other.name);
  for (const auto& [name, snapshot] : survey.ours) {
    auto read = ReadBuckets(lake.table(name), *snapshot, buckets);
    if (!known.Keep(name, "read ledger", read.status())) continue;
    Ledger ledger = *std::move(read);
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

Status KnownInputs::CheckTable(const std::string& table) const {
  if (others_.contains(table)) {
    return Status::IOError("table ", table, ": ", kNotOurs,
                           "; it has the name of a table that flowlake would make");
  }
  for (const Failure& failure : failures_) {
    if (failure.object == table) return Status::IOError(failure.ToString());
  }
  return Status::OK();
}

bool KnownInputs::IsIngested(const InputKeys& content) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const auto& table) { return table.second.Contains(content); });
}

bool KnownInputs::IsExpired(const std::string& bucket) const {
  const auto day = ParseDate(bucket);
  return day && horizon_ && *day < *horizon_;
}

bool KnownInputs::HasMarker(const InputKeys& marker) const {
  return rejects_.HasMarker(marker) ||
         std::any_of(records_.begin(), records_.end(),
                     [&](const auto& table) { return table.second.HasMarker(marker); });
}

Result<int64_t> KnownInputs::ShorterSelf(const SizedFile& file) const {
  for (const auto& [table, ledger] : records_) {
    ARROW_ASSIGN_OR_RAISE(const int64_t earlier, FindShorterSelf(file, ledger));
    if (earlier >= 0) return earlier;
  }
  return -1;
}

}  // namespace flowlake
