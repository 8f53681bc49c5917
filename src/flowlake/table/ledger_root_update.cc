// Ledgers of version 2. A commit reads the root, its buckets' manifests, and of each the
// ranges that its keys belong to; it writes a delta for each range that grows, these
// manifests, and a root. A delta that is too long becomes part of its range's base, and a
// base that is too long becomes several ranges: so what a commit reads and writes for a
// key does not depend on how many there are.
//
// Everything is written under names that nobody else has, so that a writer that is killed
// or loses its race leaves objects that no root names.
#include <algorithm>
#include <set>
#include <utility>

#include "flowlake/base/parallel.h"
#include "flowlake/store/put_new.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/ledger_update.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr size_t kRequestsAtOnce = 8;
/// What a commit writes anew for a range, at most.
constexpr size_t kMostDeltaBytes = 16 << 10;
/// What it reads for one, at most; a base of more is cut into pieces of about half.
constexpr size_t kMostBaseBytes = 128 << 10;

/// The first hashes of the ranges into which a base is cut; the first is `first`.
std::vector<uint64_t> CutsOf(const Ledger& base, size_t bytes, uint64_t first) {
  const size_t pieces = bytes > kMostBaseBytes ? 2 * bytes / kMostBaseBytes : 1;
  std::vector<uint64_t> cuts = {first};
  if (pieces == 1) return cuts;
  const std::vector<uint64_t> hashes = base.Hashes();
  for (size_t i = 1; i < pieces; ++i) {
    const uint64_t cut = hashes[i * hashes.size() / pieces];
    if (cut > cuts.back()) cuts.push_back(cut);
  }
  return cuts;
}

/// Makes the objects of one commit.
class Objects {
 public:
  LedgerReference Add(const std::string& path_end, std::string bytes) {
    objects_.push_back(NewObjectOf(std::move(bytes)));
    ends_.push_back(path_end);
    return objects_.back().reference;
  }

  Status Put(const Table& table) {
    std::vector<Status> put(objects_.size());
    ForEachInParallel(put.size(), kRequestsAtOnce, [&](size_t i) {
      const std::string path = table.folder() + '/' + kLedgerFolder +
                               objects_[i].reference.id.ToString() + ends_[i];
      const PutFate fate = PutNew(*table.store(), path, objects_[i].bytes);
      if (fate.kind == PutFate::Kind::kUnknown) put[i] = fate.failure;
    });
    for (const Status& status : put) ARROW_RETURN_NOT_OK(status);
    return Status::OK();
  }

 private:
  std::vector<NewLedgerObject> objects_;
  std::vector<std::string> ends_;
};

constexpr char kPartEnd[] = ".keys";
constexpr char kManifestEnd[] = ".manifest";

/// Adds what `more` says to a manifest.
class ManifestUpdate {
 public:
  ManifestUpdate(LedgerReader& reader, Objects& objects)
      : reader_(reader), objects_(objects) {}

  Result<LedgerManifest> Add(const LedgerManifest& before, const Ledger& more) {
    LedgerManifest after;
    after.ranges.clear();
    for (size_t i = 0; i < before.ranges.size(); ++i) {
      const LedgerRange& range = before.ranges[i];
      const Ledger slice = more.Slice(range.first, before.LastOf(i));
      if (slice.empty()) {
        after.ranges.push_back(range);
      } else {
        ARROW_RETURN_NOT_OK(AddToRange(range, slice, &after.ranges));
      }
    }
    return after;
  }

 private:
  Status AddToRange(const LedgerRange& range, const Ledger& more,
                    std::vector<LedgerRange>* after) {
    ARROW_ASSIGN_OR_RAISE(const Ledger* before, reader_.Part(range.delta));
    const Ledger delta = before->Then(more);
    std::string bytes = delta.Serialize();
    if (bytes.size() > kMostDeltaBytes) return Merge(range, delta, after);
    LedgerRange grown = range;
    grown.kinds |= delta.kinds();
    grown.delta = objects_.Add(kPartEnd, std::move(bytes));
    after->push_back(grown);
    return Status::OK();
  }

  Status Merge(const LedgerRange& range, const Ledger& delta,
               std::vector<LedgerRange>* after) {
    ARROW_ASSIGN_OR_RAISE(const Ledger* before, reader_.Part(range.base));
    const Ledger base = before->Then(delta).WithoutRemoved();
    const auto cuts = CutsOf(base, base.Serialize().size(), range.first);
    for (size_t i = 0; i < cuts.size(); ++i) {
      const uint64_t last = i + 1 < cuts.size() ? cuts[i + 1] - 1 : UINT64_MAX;
      const Ledger piece = base.Slice(cuts[i], last);
      after->push_back({cuts[i], piece.kinds(), objects_.Add(kPartEnd, piece.Serialize()),
                        LedgerReference{}});
    }
    return Status::OK();
  }

  LedgerReader& reader_;
  Objects& objects_;
};

/// The root with `changes`, as its number.
Result<int64_t> WriteRoot(const Table& table, LedgerReader& reader, int64_t number,
                          const std::map<std::string, Ledger>& changes) {
  LedgerRoot root = reader.root();
  Objects objects;
  ManifestUpdate update(reader, objects);
  for (const auto& [bucket, more] : changes) {
    ARROW_ASSIGN_OR_RAISE(const LedgerManifest* before, reader.ManifestOf(bucket));
    ARROW_ASSIGN_OR_RAISE(const LedgerManifest after,
                          update.Add(before ? *before : LedgerManifest(), more));
    root.manifests[bucket] = objects.Add(kManifestEnd, after.Serialize());
  }
  ARROW_RETURN_NOT_OK(objects.Put(table));
  return PutNumbered(table, number + 1, LedgerRootPath, root.Serialize());
}

/// A generation at which old programs stop: they read no such form, and would else take
/// the bucket for empty. Adds its `txn`.
Status WriteGuard(const Table& table, const Snapshot& snapshot, const std::string& bucket,
                  std::map<std::string, int64_t>* transactions) {
  const std::string application = LedgerApplicationId(bucket);
  const auto before = snapshot.transactions.find(application);
  const int64_t number = before == snapshot.transactions.end() ? 0 : before->second;
  const auto path_of = [&](int64_t free) { return LedgerPath(bucket, free); };
  return PutNumbered(table, number + 1, path_of, Ledger().Serialize())
      .Value(&(*transactions)[application]);
}

class RootUpdate final : public LedgerUpdate {
 public:
  RootUpdate(const Table& table, const Edit& edit)
      : table_(table), edit_(edit), reader_(table.store(), table.folder()) {
    for (const InputRecord& input : edit.inputs) AddHashes(input);
  }

  Status Read(const Snapshot& snapshot) override {
    ARROW_ASSIGN_OR_RAISE(number_, LedgerRootNumber(snapshot, table_.folder()));
    ARROW_RETURN_NOT_OK(reader_.Open(number_));
    for (const auto& [bucket, hashes] : hashes_) {
      ARROW_RETURN_NOT_OK(ReadBucket(snapshot, bucket, hashes));
    }
    return Status::OK();
  }

  bool HasOldKeys(const std::string& bucket) const override {
    return with_old_keys_.contains(bucket);
  }

  Result<std::map<std::string, int64_t>> Write(const Snapshot& snapshot,
                                               const CommitPlan& plan) override {
    std::map<std::string, int64_t> transactions;
    // So that it is never older than the table's last commit, and nobody drops it.
    const auto expired = snapshot.transactions.find(kExpiredApplication);
    if (expired != snapshot.transactions.end()) transactions.insert(*expired);
    auto changes = LedgerChanges(edit_, plan, snapshot);
    ARROW_RETURN_NOT_OK(TakeOver(snapshot, &changes, &transactions));
    int64_t& number = transactions[kLedgerRootApplication] = number_;
    if (changes.empty()) return transactions;
    ARROW_ASSIGN_OR_RAISE(number, WriteRoot(table_, reader_, number_, changes));
    return transactions;
  }

 private:
  void AddHashes(const InputRecord& input) {
    // What it asks of the bucket may be any key's.
    if (input.was_overtaken) whole_.insert(input.bucket);
    std::vector<uint64_t> hashes;
    if (!input.is_old) hashes.push_back(input.key.high);
    if (input.old_key) hashes.push_back(input.old_key->high);
    if (input.object) hashes.push_back(input.object->name.high);
    for (const std::string& bucket : {input.bucket, input.earlier_bucket}) {
      if (bucket.empty()) continue;
      auto& all = hashes_[bucket];
      all.insert(all.end(), hashes.begin(), hashes.end());
    }
  }

  Status ReadBucket(const Snapshot& snapshot, const std::string& bucket,
                    const std::vector<uint64_t>& hashes) {
    ARROW_ASSIGN_OR_RAISE(const LedgerManifest* manifest, reader_.ManifestOf(bucket));
    Ledger& ledger = ledgers_[bucket];
    if (manifest == nullptr) {
      ARROW_ASSIGN_OR_RAISE(ledger, table_.ReadGenerations(snapshot, bucket));
    } else if (whole_.contains(bucket)) {
      ARROW_ASSIGN_OR_RAISE(ledger, reader_.Read(bucket));
    } else {
      ARROW_ASSIGN_OR_RAISE(ledger, reader_.ReadAbout(bucket, hashes));
    }
    const uint64_t kinds = manifest ? manifest->kinds() : ledger.kinds();
    if (flowlake::HasOldKeys(kinds)) with_old_keys_.insert(bucket);
    return Status::OK();
  }

  /// A bucket that the root does not have yet: what old programs may have begun there
  /// becomes part of it.
  Status TakeOver(const Snapshot& snapshot, std::map<std::string, Ledger>* changes,
                  std::map<std::string, int64_t>* transactions) {
    for (auto& [bucket, more] : *changes) {
      if (reader_.root().manifests.contains(bucket)) continue;
      ARROW_ASSIGN_OR_RAISE(const Ledger there, table_.ReadGenerations(snapshot, bucket));
      if (!there.empty()) more = there.Then(more);
      ARROW_RETURN_NOT_OK(WriteGuard(table_, snapshot, bucket, transactions));
    }
    return Status::OK();
  }

  const Table& table_;
  const Edit& edit_;
  std::map<std::string, std::vector<uint64_t>> hashes_;  // of the inputs, by bucket
  std::set<std::string> whole_;                          // buckets to be read to the end
  LedgerReader reader_;
  int64_t number_ = 0;  // of the root
  std::set<std::string> with_old_keys_;
};

/// Of all generations, without those that stand beside others.
std::set<std::string> BucketsOfGenerations(const Snapshot& snapshot) {
  const std::string prefix = LedgerApplicationId("");
  std::set<std::string> buckets;
  for (const auto& [application, generation] : snapshot.transactions) {
    if (application.starts_with(prefix))
      buckets.insert(application.substr(prefix.size()));
  }
  return buckets;
}

}  // namespace

std::unique_ptr<LedgerUpdate> MakeRootUpdate(const Table& table, const Edit& edit) {
  return std::make_unique<RootUpdate>(table, edit);
}

Result<std::map<std::string, int64_t>> ConvertLedger(const Table& table,
                                                     const Snapshot& snapshot) {
  std::map<std::string, int64_t> transactions;
  std::map<std::string, Ledger> changes;
  for (const std::string& bucket : BucketsOfGenerations(snapshot)) {
    ARROW_ASSIGN_OR_RAISE(const Ledger all, table.ReadGenerations(snapshot, bucket));
    changes[bucket] = all.WithoutPaired();
    ARROW_RETURN_NOT_OK(WriteGuard(table, snapshot, bucket, &transactions));
  }
  LedgerReader empty(table.store(), table.folder());
  int64_t& number = transactions[kLedgerRootApplication] = 0;
  if (changes.empty()) return transactions;
  ARROW_ASSIGN_OR_RAISE(number, WriteRoot(table, empty, 0, changes));
  return transactions;
}

}  // namespace flowlake
