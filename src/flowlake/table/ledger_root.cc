// A root: magic; the number of buckets; of each, ascending by name: the name's length and
// the name, and the reference to its manifest. A manifest: magic; the number of ranges;
// of each: its first hash, its kinds, the references to its base and its delta. Numbers
// have 8 bytes, big-endian; a reference is id, size and checksum. BLAKE3 ends both.
#include "flowlake/table/ledger_root.h"

#include <algorithm>

#include "flowlake/base/uuid.h"
#include "flowlake/table/ledger_bytes.h"

namespace flowlake {

namespace {

constexpr std::string_view kRootMagic = "FLROOT1\n";
constexpr std::string_view kManifestMagic = "FLMANI1\n";
constexpr char kRoot[] = "ledger's root";
constexpr char kManifest[] = "ledger's manifest";
constexpr size_t kReferenceBytes = 2 * kLedgerKeyBytes + 8;
constexpr size_t kRangeBytes = 16 + 2 * kReferenceBytes;
constexpr size_t kLeastBucketBytes = 8 + kReferenceBytes;

void AppendReference(const LedgerReference& reference, std::string* bytes) {
  AppendKey(reference.id, bytes);
  AppendNumber(static_cast<uint64_t>(reference.bytes), bytes);
  AppendKey(reference.checksum, bytes);
}

Result<LedgerReference> ReadReference(LedgerBytes& bytes, const char* what) {
  LedgerReference reference;
  ARROW_ASSIGN_OR_RAISE(reference.id, bytes.Key());
  ARROW_ASSIGN_OR_RAISE(const uint64_t size, bytes.Number());
  ARROW_ASSIGN_OR_RAISE(reference.checksum, bytes.Key());
  if (size > static_cast<uint64_t>(kMostLedgerBytes)) {
    return Status::Invalid("the ", what, " names an object of ", size, " bytes");
  }
  reference.bytes = static_cast<int64_t>(size);
  return reference;
}

Result<LedgerRange> ReadRange(LedgerBytes& bytes) {
  LedgerRange range;
  ARROW_ASSIGN_OR_RAISE(range.first, bytes.Number());
  ARROW_ASSIGN_OR_RAISE(range.kinds, bytes.Number());
  ARROW_ASSIGN_OR_RAISE(range.base, ReadReference(bytes, kManifest));
  ARROW_ASSIGN_OR_RAISE(range.delta, ReadReference(bytes, kManifest));
  return range;
}

}  // namespace

NewLedgerObject NewObjectOf(std::string bytes) {
  const Key128 checksum = KeyAt(bytes, bytes.size() - kLedgerKeyBytes);
  const auto size = static_cast<int64_t>(bytes.size());
  return {std::move(bytes), {HashOf(NewUuid()), size, checksum}};
}

std::string LedgerRoot::Serialize() const {
  std::string bytes(kRootMagic);
  AppendNumber(manifests.size(), &bytes);
  for (const auto& [bucket, manifest] : manifests) {
    AppendNumber(bucket.size(), &bytes);
    bytes += bucket;
    AppendReference(manifest, &bytes);
  }
  AppendChecksum(&bytes);
  return bytes;
}

Result<LedgerRoot> LedgerRoot::Parse(std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const auto body, CheckedBody(bytes, kRootMagic, kRoot));
  LedgerBytes rest(body, kRoot);
  ARROW_ASSIGN_OR_RAISE(const uint64_t buckets, rest.Count(kLeastBucketBytes));
  LedgerRoot root;
  for (uint64_t i = 0; i < buckets; ++i) {
    ARROW_ASSIGN_OR_RAISE(const uint64_t length, rest.Number());
    ARROW_ASSIGN_OR_RAISE(const auto bucket, rest.Text(length));
    ARROW_ASSIGN_OR_RAISE(const auto manifest, ReadReference(rest, kRoot));
    if (i > 0 && bucket <= root.manifests.rbegin()->first) {
      return Status::Invalid("the ledger's root has its buckets out of order");
    }
    root.manifests.emplace_hint(root.manifests.end(), bucket, manifest);
  }
  ARROW_RETURN_NOT_OK(rest.Finish());
  return root;
}

size_t LedgerManifest::RangeOf(uint64_t hash) const {
  const auto behind = std::ranges::upper_bound(ranges, hash, {}, &LedgerRange::first);
  return static_cast<size_t>(behind - ranges.begin()) - 1;
}

uint64_t LedgerManifest::LastOf(size_t range) const {
  return range + 1 < ranges.size() ? ranges[range + 1].first - 1 : UINT64_MAX;
}

uint64_t LedgerManifest::kinds() const {
  uint64_t kinds = 0;
  for (const LedgerRange& range : ranges) kinds |= range.kinds;
  return kinds;
}

std::string LedgerManifest::Serialize() const {
  std::string bytes(kManifestMagic);
  AppendNumber(ranges.size(), &bytes);
  for (const LedgerRange& range : ranges) {
    AppendNumber(range.first, &bytes);
    AppendNumber(range.kinds, &bytes);
    AppendReference(range.base, &bytes);
    AppendReference(range.delta, &bytes);
  }
  AppendChecksum(&bytes);
  return bytes;
}

Result<LedgerManifest> LedgerManifest::Parse(std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const auto body, CheckedBody(bytes, kManifestMagic, kManifest));
  LedgerBytes rest(body, kManifest);
  ARROW_ASSIGN_OR_RAISE(const uint64_t count, rest.Count(kRangeBytes));
  LedgerManifest manifest;
  manifest.ranges.clear();
  for (uint64_t i = 0; i < count; ++i) {
    ARROW_ASSIGN_OR_RAISE(const LedgerRange range, ReadRange(rest));
    const bool is_in_order =
        i == 0 ? range.first == 0 : range.first > manifest.ranges.back().first;
    if (!is_in_order) {
      return Status::Invalid("the ledger's manifest has its ranges out of order");
    }
    manifest.ranges.push_back(range);
  }
  if (count == 0) return Status::Invalid("the ledger's manifest has no range");
  ARROW_RETURN_NOT_OK(rest.Finish());
  return manifest;
}

std::string LedgerRootPath(int64_t number) {
  return kLedgerFolder + std::to_string(number) + ".root";
}

std::string LedgerManifestPath(const LedgerReference& manifest) {
  return kLedgerFolder + manifest.id.ToString() + ".manifest";
}

std::string LedgerPartPath(const LedgerReference& part) {
  return kLedgerFolder + part.id.ToString() + ".keys";
}

}  // namespace flowlake
