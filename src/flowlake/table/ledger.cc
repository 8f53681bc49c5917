// A generation, all numbers big-endian (doc/ledger.md):
//   "FLKEYS2\n"          8 bytes
//   number of sections   8 bytes
//   each: kind, count    8 bytes each
//         key           16 bytes each, ascending, distinct
//   BLAKE3 of all       16 bytes
// The form of old programs has "FLKEYS1\n", the count of its one list without a kind, and
// ends with XXH3-128.
#include "flowlake/table/ledger.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include "flowlake/base/old_hash.h"

namespace flowlake {

namespace {

using Keys = std::vector<Key128>;
using List = Keys Ledger::Lists::*;

constexpr std::string_view kMagic = "FLKEYS2\n";
constexpr std::string_view kOldMagic = "FLKEYS1\n";
constexpr size_t kKeyBytes = 16;
constexpr std::string_view kBeside = "beside ";

/// "inputs/2026-09-21"; "keys/2026-09-21" for the bucket beside it: old programs check
/// and vacuum all that is called inputs, and know no other form there.
std::string PlaceOf(std::string_view bucket) {
  if (!bucket.starts_with(kBeside)) return "inputs/" + std::string(bucket);
  return "keys/" + std::string(bucket.substr(kBeside.size()));
}

/// In the order of their kinds, 1 and up.
constexpr std::array<List, 4> kSections = {&Ledger::Lists::keys, &Ledger::Lists::markers,
                                           &Ledger::Lists::old, &Ledger::Lists::paired};

void AppendNumber(uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *bytes += static_cast<char>(value >> shift & 0xFF);
  }
}

void AppendKeys(const Keys& keys, std::string* bytes) {
  for (const Key128& key : keys) {
    AppendNumber(key.high, bytes);
    AppendNumber(key.low, bytes);
  }
}

uint64_t NumberAt(std::string_view bytes, size_t offset) {
  uint64_t value = 0;
  for (const char c : bytes.substr(offset, 8)) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

Key128 KeyAt(std::string_view bytes, size_t offset) {
  return {NumberAt(bytes, offset), NumberAt(bytes, offset + 8)};
}

void Sort(Keys& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

bool Has(const Keys& keys, const Key128& key) {
  return std::binary_search(keys.begin(), keys.end(), key);
}

void AppendSizes(const Keys& markers, uint64_t path, std::vector<int64_t>* sizes) {
  auto marker = std::lower_bound(markers.begin(), markers.end(), Key128{path, 0});
  for (; marker != markers.end() && marker->high == path; ++marker) {
    sizes->push_back(static_cast<int64_t>(marker->low));
  }
}

/// Reads an object from its front, so far as it has not been read yet.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<uint64_t> Number() {
    if (bytes_.size() - at_ < 8) return Cut();
    return NumberAt(bytes_, std::exchange(at_, at_ + 8));
  }

  Result<Keys> List() {
    ARROW_ASSIGN_OR_RAISE(const uint64_t count, Number());
    const uint64_t left = (bytes_.size() - at_) / kKeyBytes;
    if (count > left) {
      return Status::Invalid("the ledger has ", left, " keys, but says ", count);
    }
    Keys keys;
    keys.reserve(count);
    for (; keys.size() < count; at_ += kKeyBytes) keys.push_back(KeyAt(bytes_, at_));
    if (std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) ==
        keys.end()) {
      return keys;
    }
    return Status::Invalid("the ledger's keys are out of order");
  }

  Status Finish() const {
    if (at_ == bytes_.size()) return Status::OK();
    return Status::Invalid("the ledger has ", bytes_.size() - at_,
                           " bytes more than it says");
  }

 private:
  Status Cut() const {
    return Status::Invalid("the ledger is cut after ", bytes_.size(), " bytes");
  }

  std::string_view bytes_;
  size_t at_ = 0;
};

Result<Ledger::Lists> ParseSections(Reader& reader) {
  Ledger::Lists lists;
  ARROW_ASSIGN_OR_RAISE(const uint64_t sections, reader.Number());
  uint64_t last = 0;
  for (uint64_t i = 0; i < sections; ++i) {
    ARROW_ASSIGN_OR_RAISE(const uint64_t kind, reader.Number());
    if (kind > kSections.size()) {
      return Status::Invalid("the ledger has keys of kind ", kind,
                             ", which this flowlake does not know");
    }
    if (kind <= last) return Status::Invalid("the ledger's sections are out of order");
    last = kind;
    ARROW_ASSIGN_OR_RAISE(lists.*kSections[kind - 1], reader.List());
  }
  return lists;
}

/// The object without its checksum.
Result<std::string_view> CheckedBody(std::string_view bytes, bool is_old_form) {
  if (bytes.size() < kMagic.size() + 8 + kKeyBytes) {
    return Status::Invalid("the ledger is cut after ", bytes.size(), " bytes");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kKeyBytes);
  const Key128 hash = is_old_form ? OldHashOf(body) : HashOf(body);
  if (hash == KeyAt(bytes, body.size())) return body;
  return Status::Invalid("the ledger fails its checksum, so it is cut or damaged");
}

}  // namespace

Ledger::Ledger(std::vector<Key128> keys) : Ledger(Lists{std::move(keys), {}, {}, {}}) {}

Ledger::Ledger(Lists lists) : lists_(std::move(lists)) {
  for (const List list : kSections) Sort(lists_.*list);
  std::erase_if(lists_.old, [&](const Key128& old) { return Has(lists_.paired, old); });
}

bool Ledger::Contains(const Key128& key) const { return Has(lists_.keys, key); }

bool Ledger::Contains(const InputKeys& keys) const {
  return Has(lists_.keys, keys.key) || (keys.old && Has(lists_.old, *keys.old));
}

bool Ledger::ContainsOld(const Key128& old) const {
  return Has(lists_.old, old) || Has(lists_.paired, old);
}

bool Ledger::HasMarker(const InputKeys& marker) const {
  return Has(lists_.markers, marker.key) || (marker.old && Has(lists_.old, *marker.old));
}

std::vector<int64_t> Ledger::SizesOf(uint64_t path, uint64_t old_path) const {
  std::vector<int64_t> sizes;
  AppendSizes(lists_.markers, path, &sizes);
  AppendSizes(lists_.old, old_path, &sizes);
  return sizes;
}

bool Ledger::empty() const {
  return std::ranges::all_of(kSections,
                             [&](const List list) { return (lists_.*list).empty(); });
}

Ledger Ledger::Union(std::span<const Ledger> ledgers) {
  Lists lists;
  bool is_old_form = false;
  for (const Ledger& ledger : ledgers) {
    is_old_form |= ledger.is_old_form_;
    for (const List list : kSections) {
      const Keys& more = ledger.lists_.*list;
      (lists.*list).insert((lists.*list).end(), more.begin(), more.end());
    }
  }
  Ledger all(std::move(lists));
  all.is_old_form_ = is_old_form;
  return all;
}

Ledger Ledger::With(const Ledger& more) const {
  const std::array<Ledger, 2> both = {*this, more};
  return Union(both);
}

std::string Ledger::Serialize() const {
  std::string bytes(kMagic);
  const auto sections = std::ranges::count_if(
      kSections, [&](const List list) { return !(lists_.*list).empty(); });
  AppendNumber(static_cast<uint64_t>(sections), &bytes);
  for (size_t i = 0; i < kSections.size(); ++i) {
    const Keys& keys = lists_.*kSections[i];
    if (keys.empty()) continue;
    AppendNumber(i + 1, &bytes);
    AppendNumber(keys.size(), &bytes);
    AppendKeys(keys, &bytes);
  }
  AppendKeys({HashOf(bytes)}, &bytes);
  return bytes;
}

std::string Ledger::SerializeOldKeys() const {
  Keys keys;
  std::ranges::merge(lists_.old, lists_.paired, std::back_inserter(keys));
  std::string bytes(kOldMagic);
  AppendNumber(keys.size(), &bytes);
  AppendKeys(keys, &bytes);
  AppendKeys({OldHashOf(bytes)}, &bytes);
  return bytes;
}

Ledger Ledger::WithoutOld() const {
  return Ledger(Lists{lists_.keys, lists_.markers, {}, lists_.paired});
}

Ledger Ledger::WithoutPaired() const {
  return Ledger(Lists{lists_.keys, lists_.markers, lists_.old, {}});
}

Result<Ledger> Ledger::Parse(std::string_view bytes) {
  const bool is_old_form = bytes.starts_with(kOldMagic);
  if (!is_old_form && !bytes.starts_with(kMagic)) {
    return Status::Invalid("not an input ledger");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string_view body, CheckedBody(bytes, is_old_form));
  Reader reader(body.substr(kMagic.size()));
  Ledger ledger;
  ledger.is_old_form_ = is_old_form;
  if (is_old_form) {
    ARROW_ASSIGN_OR_RAISE(ledger.lists_.old, reader.List());
  } else {
    ARROW_ASSIGN_OR_RAISE(ledger.lists_, ParseSections(reader));
  }
  ARROW_RETURN_NOT_OK(reader.Finish());
  return ledger;
}

std::string LedgerApplicationId(std::string_view bucket) {
  return "flowlake." + PlaceOf(bucket);
}

std::string BucketBeside(std::string_view bucket) {
  return std::string(kBeside) + std::string(bucket);
}

std::string LedgerPath(std::string_view bucket, int64_t generation) {
  return "_flowlake/" + PlaceOf(bucket) + '/' + std::to_string(generation) + ".keys";
}

}  // namespace flowlake
