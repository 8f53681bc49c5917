#include "flowlake/ingest/known_inputs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "flowlake/format/catalogue.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// What is asked of a bucket: the first halves of keys; nullopt: everything.
using Hashes = std::optional<std::vector<uint64_t>>;
struct Question {
  Hashes hashes = std::vector<uint64_t>();
  std::vector<InputKeys> keys;  ///< of the inputs, where `hashes` says what is asked
};
using Buckets = std::map<std::string, Question>;

void AddHashes(const InputKeys& keys, std::vector<uint64_t>* hashes) {
  hashes->push_back(keys.key.high);
  if (keys.old) hashes->push_back(keys.old->high);
}

/// Of the keys by which an input is looked for in every table.
std::vector<uint64_t> HashesOf(const Input& input, const InputKeys& key,
                               const KnownInputs::Terms& terms) {
  std::vector<uint64_t> hashes;
  AddHashes(key, &hashes);
  AddHashes(EmptyKey(key), &hashes);
  AddHashes(RefusedKey(key, terms(input)), &hashes);
  if (input.is_object()) hashes.push_back(ObjectName(input).high);
  return hashes;
}

/// An input that must be read for its key may be any.
void Ask(const Input& input, const KnownInputs::Terms& terms, Question* question) {
  const auto key = KeyUnread(input);
  if (!key) question->hashes.reset();
  if (!question->hashes) return;
  const auto hashes = HashesOf(input, *key, terms);
  question->hashes->insert(question->hashes->end(), hashes.begin(), hashes.end());
  question->keys.push_back(*key);
}

Buckets BucketsOf(std::span<const Input> inputs, const KnownInputs::Terms& terms) {
  Buckets buckets;
  for (const Input& input : inputs) {
    Ask(input, terms, &buckets[LedgerBucket(input)]);
    if (input.is_delivery()) Ask(input, terms, &buckets[EarlierBucket(input)]);
  }
  return buckets;
}

/// Those of a question, in a table of which days before `horizon` were expired.
std::vector<uint64_t> HashesIn(const Question& question, std::optional<Date> horizon) {
  std::vector<uint64_t> hashes = *question.hashes;
  if (!horizon) return hashes;
  for (const InputKeys& key : question.keys) AddHashes(AgainKey(key, *horizon), &hashes);
  return hashes;
}

/// What a table's ledger says of the inputs.
struct Answer {
  Ledger ledger;  ///< one of all the buckets: a key is in no two of them
  bool has_old_keys = false;
};

Result<Answer> AskGenerations(const Table& table, const Snapshot& snapshot,
                              const Buckets& buckets) {
  std::vector<Ledger> ledgers;
  for (const auto& [bucket, question] : buckets) {
    ARROW_ASSIGN_OR_RAISE(ledgers.emplace_back(), table.ReadLedger(snapshot, bucket));
  }
  const bool is_one = ledgers.size() == 1;
  Ledger all = is_one ? std::move(ledgers.front()) : Ledger::Union(ledgers);
  const bool has_old_keys = !all.lists().old.empty();
  return Answer{std::move(all), has_old_keys};
}

Result<Answer> AskRoot(const Table& table, const Snapshot& snapshot,
                       const Buckets& buckets) {
  ARROW_ASSIGN_OR_RAISE(const int64_t root, LedgerRootNumber(snapshot, table.folder()));
  LedgerReader reader(table.store(), table.folder());
  ARROW_RETURN_NOT_OK(reader.Open(root));
  std::vector<Ledger> ledgers;
  uint64_t kinds = 0;
  const auto horizon = ExpiredHorizon(snapshot);
  for (const auto& [bucket, question] : buckets) {
    ARROW_ASSIGN_OR_RAISE(const LedgerManifest* manifest, reader.ManifestOf(bucket));
    auto about = manifest == nullptr ? table.ReadGenerations(snapshot, bucket)
                 : question.hashes ? reader.ReadAbout(bucket, HashesIn(question, horizon))
                                   : reader.Read(bucket);
    ARROW_ASSIGN_OR_RAISE(ledgers.emplace_back(), std::move(about));
    kinds |= manifest == nullptr ? ledgers.back().kinds() : manifest->kinds();
  }
  return Answer{Ledger::Union(ledgers), HasOldKeys(kinds)};
}

Result<Answer> AskTable(const Table& table, const Snapshot& snapshot,
                        const Buckets& buckets) {
  const bool has_root = HasLedgerRoot(snapshot.configuration);
  return has_root ? AskRoot(table, snapshot, buckets)
                  : AskGenerations(table, snapshot, buckets);
}

bool IsBefore(const std::string& bucket, const std::optional<Date>& horizon) {
  const auto day = ParseDate(bucket);
  return day && horizon && *day < *horizon;
}

}  // namespace

Result<KnownInputs> KnownInputs::Load(const Lake& lake, std::span<const Input> inputs,
                                      const Terms& terms) {
  KnownInputs known;
  const Buckets buckets = BucketsOf(inputs, terms);
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake));
  known.failures_ = survey.failures;
  for (const NotATable& other : survey.others) known.others_.insert(other.name);
  for (const auto& [name, snapshot] : survey.ours) {
    auto asked = AskTable(lake.table(name), *snapshot, buckets);
    if (!known.Keep(name, "read ledger", asked.status())) continue;
    Answer answer = *std::move(asked);
    known.heads_.emplace(name, snapshot);
    known.has_old_keys_ |= answer.has_old_keys;
    if (name == RejectsSchema().table()) {
      known.rejects_ = std::move(answer.ledger);
    } else {
      known.records_.emplace(name, std::move(answer.ledger));
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
  return has_old_keys_ || IdentityOfNewTables() == Identity::kBoth;
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
  if (records_.empty()) return false;
  return std::ranges::all_of(
      records_, [&](const auto& table) { return IsExpired(bucket, table.first); });
}

bool KnownInputs::IsExpired(const std::string& bucket, const std::string& table) const {
  return IsBefore(bucket, HorizonOf(table));
}

std::optional<Date> KnownInputs::HorizonOf(const std::string& table) const {
  const auto head = HeadOf(table);
  return head ? ExpiredHorizon(*head) : std::nullopt;
}

std::optional<Date> KnownInputs::ExpiredSince(const InputKeys& key, Date day) const {
  for (const auto& [table, ledger] : records_) {
    const auto horizon = HorizonOf(table);
    if (!horizon || day >= *horizon || !ledger.Contains(key)) continue;
    const InputKeys again = AgainKey(key, *horizon);
    const bool is_back = ledger.Contains(again) || ledger.HasMarker(again);
    if (!is_back) return horizon;
  }
  return std::nullopt;
}

bool KnownInputs::IsBlocked(const Key128& content) const {
  return std::ranges::any_of(
      records_, [&](const auto& table) { return table.second.IsBlocked(content); });
}

const ObjectContent* KnownInputs::FindObject(const Key128& name,
                                             std::string* table) const {
  for (const auto& [of, ledger] : records_) {
    const ObjectContent* object = ledger.FindObject(name);
    if (object == nullptr) continue;
    *table = of;
    return object;
  }
  return nullptr;
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
