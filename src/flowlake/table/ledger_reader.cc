#include "flowlake/table/ledger_reader.h"

#include <numeric>
#include <set>
#include <utility>

#include "flowlake/base/parallel.h"
#include "flowlake/table/ledger_bytes.h"

namespace flowlake {

namespace {

constexpr size_t kRequestsAtOnce = 8;

Status Named(const Store& store, const std::string& path, const Status& status) {
  return Status::IOError("read ", store.uri(), "/", path, ": ", status.message());
}

}  // namespace

Result<int64_t> LedgerRootNumber(const Snapshot& snapshot, const std::string& table) {
  const auto found = snapshot.transactions.find(kLedgerRootApplication);
  if (found != snapshot.transactions.end()) return found->second;
  return Status::Invalid("read the ledger of table ", table,
                         ": its log no longer says which one counts (the txn '",
                         kLedgerRootApplication,
                         "' is gone, as after another program's clean-up); "
                         "`flowlake repair` looks for it");
}

LedgerReader::LedgerReader(std::shared_ptr<Store> store, std::string table)
    : store_(std::move(store)), table_(std::move(table)) {}

Status LedgerReader::Open(int64_t root) {
  if (root == number_) return Status::OK();
  const std::string path = table_ + '/' + LedgerRootPath(root);
  ARROW_ASSIGN_OR_RAISE(const auto bytes, ReadAll(*store_, path, kMostLedgerBytes));
  auto parsed = LedgerRoot::Parse(bytes);
  if (!parsed.ok()) return Named(*store_, path, parsed.status());
  root_ = *std::move(parsed);
  number_ = root;
  return Status::OK();
}

Result<std::string> LedgerReader::ReadObject(const std::string& path,
                                             const LedgerReference& reference) const {
  ARROW_ASSIGN_OR_RAISE(std::string bytes, ReadAll(*store_, path, kMostLedgerBytes));
  const bool is_whole =
      static_cast<int64_t>(bytes.size()) == reference.bytes &&
      bytes.size() > kLedgerKeyBytes &&
      KeyAt(bytes, bytes.size() - kLedgerKeyBytes) == reference.checksum;
  if (is_whole) return bytes;
  return Named(*store_, path,
               Status::Invalid("the ledger is cut or damaged: it is not what names it"));
}

Result<const LedgerManifest*> LedgerReader::ManifestOf(const std::string& bucket) {
  const auto named = root_.manifests.find(bucket);
  if (named == root_.manifests.end()) return nullptr;
  const auto [at, is_new] = manifests_.try_emplace(named->second.id);
  if (!is_new) return &at->second;
  const std::string path = table_ + '/' + LedgerManifestPath(named->second);
  const auto read = [&]() -> Result<LedgerManifest> {
    ARROW_ASSIGN_OR_RAISE(const auto bytes, ReadObject(path, named->second));
    auto parsed = LedgerManifest::Parse(bytes);
    if (!parsed.ok()) return Named(*store_, path, parsed.status());
    return parsed;
  };
  auto manifest = read();
  if (manifest.ok()) {
    at->second = *std::move(manifest);
    return &at->second;
  }
  manifests_.erase(at);
  return manifest.status();
}

Result<Ledger> LedgerReader::ReadPart(const LedgerReference& part) const {
  const std::string path = table_ + '/' + LedgerPartPath(part);
  ARROW_ASSIGN_OR_RAISE(const auto bytes, ReadObject(path, part));
  auto parsed = Ledger::Parse(bytes);
  if (!parsed.ok()) return Named(*store_, path, parsed.status());
  return parsed;
}

Status LedgerReader::ReadParts(const std::vector<LedgerReference>& parts) {
  std::vector<LedgerReference> missing;
  std::set<Key128> seen;
  for (const LedgerReference& part : parts) {
    const bool is_there = part.bytes == 0 || parts_.contains(part.id);
    if (!is_there && seen.insert(part.id).second) missing.push_back(part);
  }
  std::vector<Result<Ledger>> read(missing.size(), Ledger());
  ForEachInParallel(missing.size(), kRequestsAtOnce,
                    [&](size_t i) { read[i] = ReadPart(missing[i]); });
  for (size_t i = 0; i < missing.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(parts_[missing[i].id], std::move(read[i]));
  }
  return Status::OK();
}

Result<const Ledger*> LedgerReader::Part(const LedgerReference& part) {
  static const Ledger kEmpty;
  if (part.bytes == 0) return &kEmpty;
  ARROW_RETURN_NOT_OK(ReadParts({part}));
  return &parts_.at(part.id);
}

Result<Ledger> LedgerReader::ReadRanges(const LedgerManifest& manifest,
                                        const std::vector<size_t>& ranges) {
  std::vector<LedgerReference> parts;
  for (const size_t i : ranges) {
    parts.push_back(manifest.ranges[i].base);
    parts.push_back(manifest.ranges[i].delta);
  }
  ARROW_RETURN_NOT_OK(ReadParts(parts));
  std::vector<Ledger> ledgers;
  for (size_t i = 0; i < parts.size(); i += 2) {
    ARROW_ASSIGN_OR_RAISE(const Ledger* base, Part(parts[i]));
    ARROW_ASSIGN_OR_RAISE(const Ledger* delta, Part(parts[i + 1]));
    ledgers.push_back(base->Then(*delta).WithoutRemoved());
  }
  return Ledger::Union(ledgers);
}

Result<Ledger> LedgerReader::Read(const std::string& bucket) {
  ARROW_ASSIGN_OR_RAISE(const LedgerManifest* manifest, ManifestOf(bucket));
  if (manifest == nullptr) return Ledger();
  std::vector<size_t> all(manifest->ranges.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return ReadRanges(*manifest, all);
}

Result<Ledger> LedgerReader::ReadAbout(const std::string& bucket,
                                       const std::vector<uint64_t>& hashes) {
  ARROW_ASSIGN_OR_RAISE(const LedgerManifest* manifest, ManifestOf(bucket));
  if (manifest == nullptr) return Ledger();
  std::set<size_t> ranges;
  for (const uint64_t hash : hashes) ranges.insert(manifest->RangeOf(hash));
  return ReadRanges(*manifest, {ranges.begin(), ranges.end()});
}

Result<std::vector<std::string>> LedgerReader::Paths() {
  std::vector<std::string> paths;
  if (number_ == 0) return paths;
  paths.push_back(table_ + '/' + LedgerRootPath(number_));
  for (const auto& [bucket, reference] : root_.manifests) {
    paths.push_back(table_ + '/' + LedgerManifestPath(reference));
    ARROW_ASSIGN_OR_RAISE(const LedgerManifest* manifest, ManifestOf(bucket));
    for (const LedgerRange& range : manifest->ranges) {
      for (const LedgerReference& part : {range.base, range.delta}) {
        if (part.bytes > 0) paths.push_back(table_ + '/' + LedgerPartPath(part));
      }
    }
  }
  return paths;
}

}  // namespace flowlake
