// A generation, all numbers big-endian (doc/ledger.md):
//   "FLKEYS2\n"          8 bytes
//   number of sections   8 bytes
//   each: kind, count    8 bytes each
//         key           16 bytes each, ascending, distinct
//   BLAKE3 of all       16 bytes
// A section of kind 32 has the length of a record, 56, behind the count, and then
// records:
//   name, hash of the ETag, size, hash of the content; ascending by name, distinct
// The form of old programs has "FLKEYS1\n", the count of its one list without a kind, and
// ends with XXH3-128.
#include "flowlake/table/ledger.h"

#include <algorithm>
#include <array>
#include <bit>
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
constexpr char kWhat[] = "ledger";
constexpr uint64_t kObjectKind = 32;
constexpr uint64_t kObjectBytes = 3 * kLedgerKeyBytes + 8;
constexpr std::string_view kBeside = "beside ";

/// "inputs/2026-09-21"; "keys/2026-09-21" for the bucket beside it: old programs check
/// and vacuum all that is called inputs, and know no other form there.
std::string PlaceOf(std::string_view bucket) {
  if (!bucket.starts_with(kBeside)) return "inputs/" + std::string(bucket);
  return "keys/" + std::string(bucket.substr(kBeside.size()));
}

struct Section {
  uint64_t kind;
  List list;
};
/// In the order of their kinds; objects come behind them.
constexpr std::array<Section, 6> kSections = {{{1, &Ledger::Lists::keys},
                                               {2, &Ledger::Lists::markers},
                                               {3, &Ledger::Lists::old},
                                               {4, &Ledger::Lists::paired},
                                               {16, &Ledger::Lists::removed},
                                               {17, &Ledger::Lists::blocking}}};

void AppendKeys(const Keys& keys, std::string* bytes) {
  for (const Key128& key : keys) AppendKey(key, bytes);
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

void AppendObjects(const std::vector<ObjectContent>& objects, std::string* bytes) {
  AppendNumber(kObjectKind, bytes);
  AppendNumber(objects.size(), bytes);
  AppendNumber(kObjectBytes, bytes);
  for (const ObjectContent& object : objects) {
    AppendKeys({object.name, object.etag}, bytes);
    AppendNumber(static_cast<uint64_t>(object.bytes), bytes);
    AppendKey(object.content, bytes);
  }
}

template <typename T>
bool IsAscending(const std::vector<T>& list) {
  return std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) ==
         list.end();
}

/// One of each name, the last that stands in the list.
void SortObjects(std::vector<ObjectContent>& objects) {
  std::ranges::reverse(objects);
  std::ranges::stable_sort(objects, {}, &ObjectContent::name);
  // Not std::ranges::unique: clang 14 cannot compile libstdc++ 12's.
  const auto is_same = [](const ObjectContent& a, const ObjectContent& b) {
    return a.name == b.name;
  };
  objects.erase(std::unique(objects.begin(), objects.end(), is_same), objects.end());
}

Result<Keys> ReadKeys(LedgerBytes& bytes) {
  ARROW_ASSIGN_OR_RAISE(const uint64_t count, bytes.Count(kLedgerKeyBytes));
  ARROW_ASSIGN_OR_RAISE(const std::string_view text, bytes.Text(count * kLedgerKeyBytes));
  Keys keys;
  keys.reserve(count);
  for (size_t at = 0; at < text.size(); at += kLedgerKeyBytes) {
    keys.push_back(KeyAt(text, at));
  }
  if (IsAscending(keys)) return keys;
  return Status::Invalid("the ledger's keys are out of order");
}

Result<ObjectContent> ReadObject(LedgerBytes& bytes) {
  ObjectContent object;
  ARROW_ASSIGN_OR_RAISE(object.name, bytes.Key());
  ARROW_ASSIGN_OR_RAISE(object.etag, bytes.Key());
  ARROW_ASSIGN_OR_RAISE(const uint64_t size, bytes.Number());
  object.bytes = static_cast<int64_t>(size);
  ARROW_ASSIGN_OR_RAISE(object.content, bytes.Key());
  return object;
}

Result<std::vector<ObjectContent>> ReadObjects(LedgerBytes& bytes) {
  ARROW_ASSIGN_OR_RAISE(const uint64_t count, bytes.Count(kObjectBytes));
  ARROW_ASSIGN_OR_RAISE(const uint64_t length, bytes.Number());
  if (length != kObjectBytes) {
    return Status::Invalid("the ledger has objects of ", length,
                           " bytes, which this flowlake does not know");
  }
  std::vector<ObjectContent> objects;
  for (uint64_t i = 0; i < count; ++i) {
    ARROW_ASSIGN_OR_RAISE(objects.emplace_back(), ReadObject(bytes));
    const bool is_behind = i == 0 || objects[i - 1].name < objects[i].name;
    if (!is_behind) return Status::Invalid("the ledger's objects are out of order");
  }
  return objects;
}

Status ReadSection(LedgerBytes& bytes, uint64_t kind, Ledger::Lists* lists) {
  if (kind == kObjectKind) return ReadObjects(bytes).Value(&lists->objects);
  const auto section = std::ranges::find(kSections, kind, &Section::kind);
  if (section != kSections.end()) return ReadKeys(bytes).Value(&(lists->*section->list));
  return Status::Invalid("the ledger has keys of kind ", kind,
                         ", which this flowlake does not know");
}

Result<Ledger::Lists> ReadSections(LedgerBytes& bytes) {
  Ledger::Lists lists;
  ARROW_ASSIGN_OR_RAISE(const uint64_t sections, bytes.Number());
  uint64_t last = 0;
  for (uint64_t i = 0; i < sections; ++i) {
    ARROW_ASSIGN_OR_RAISE(const uint64_t kind, bytes.Number());
    if (kind <= last) return Status::Invalid("the ledger's sections are out of order");
    last = kind;
    ARROW_RETURN_NOT_OK(ReadSection(bytes, kind, &lists));
  }
  return lists;
}

/// The object without its magic and its checksum, which is XXH3's.
Result<std::string_view> CheckedOldBody(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + 8 + kLedgerKeyBytes) {
    return Status::Invalid("the ledger is cut after ", bytes.size(), " bytes");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kLedgerKeyBytes);
  if (OldHashOf(body) == KeyAt(bytes, body.size())) return body.substr(kMagic.size());
  return Status::Invalid("the ledger fails its checksum, so it is cut or damaged");
}

void Erase(const Keys& gone, Ledger::Lists* lists) {
  if (gone.empty()) return;
  for (const Section& section : kSections) {
    if (section.list == &Ledger::Lists::removed) continue;
    std::erase_if(lists->*section.list,
                  [&](const Key128& key) { return Has(gone, key); });
  }
}

template <typename T, typename HashOfEntry>
std::vector<T> SliceOf(const std::vector<T>& list, uint64_t first, uint64_t last,
                       const HashOfEntry& hash) {
  const auto begin = std::ranges::lower_bound(list, first, {}, hash);
  return {begin,
          std::upper_bound(begin, list.end(), last, [&](uint64_t value, const T& entry) {
            return value < hash(entry);
          })};
}

uint64_t HashOfKey(const Key128& key) { return key.high; }
uint64_t HashOfObject(const ObjectContent& object) { return object.name.high; }

}  // namespace

Ledger::Ledger(std::vector<Key128> keys) : Ledger(Lists{std::move(keys), {}, {}, {}}) {}

Ledger::Ledger(Lists lists) : lists_(std::move(lists)) {
  for (const Section& section : kSections) Sort(lists_.*section.list);
  SortObjects(lists_.objects);
  std::erase_if(lists_.old, [&](const Key128& old) { return Has(lists_.paired, old); });
}

bool Ledger::Contains(const Key128& key) const { return Has(lists_.keys, key); }

bool Ledger::Contains(const InputKeys& keys) const {
  return Has(lists_.keys, keys.key) || (keys.old && Has(lists_.old, *keys.old));
}

bool Ledger::ContainsOld(const Key128& old) const {
  return Has(lists_.old, old) || Has(lists_.paired, old);
}

bool Ledger::IsBlocked(const Key128& key) const { return Has(lists_.blocking, key); }

const ObjectContent* Ledger::FindObject(const Key128& name) const {
  const auto found =
      std::ranges::lower_bound(lists_.objects, name, {}, &ObjectContent::name);
  return found != lists_.objects.end() && found->name == name ? &*found : nullptr;
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

bool Ledger::empty() const { return kinds() == 0; }

size_t Ledger::size() const {
  size_t size = lists_.objects.size();
  for (const Section& section : kSections) size += (lists_.*section.list).size();
  return size;
}

uint64_t Ledger::kinds() const {
  uint64_t kinds = lists_.objects.empty() ? 0 : uint64_t{1} << kObjectKind;
  for (const Section& section : kSections) {
    if (!(lists_.*section.list).empty()) kinds |= uint64_t{1} << section.kind;
  }
  return kinds;
}

Ledger Ledger::Union(std::span<const Ledger> ledgers) {
  Lists lists;
  bool is_old_form = false;
  const auto append = [](const auto& more, auto& list) {
    list.insert(list.end(), more.begin(), more.end());
  };
  for (const Ledger& ledger : ledgers) {
    is_old_form |= ledger.is_old_form_;
    for (const auto& [kind, list] : kSections) append(ledger.lists_.*list, lists.*list);
    append(ledger.lists_.objects, lists.objects);
  }
  Ledger all(std::move(lists));
  all.is_old_form_ = is_old_form;
  return all;
}

Ledger Ledger::With(const Ledger& more) const {
  const std::array<Ledger, 2> both = {*this, more};
  return Union(both);
}

Ledger Ledger::Then(const Ledger& later) const {
  Ledger kept = *this;
  Erase(later.lists_.removed, &kept.lists_);
  return kept.With(later);
}

Ledger Ledger::WithoutRemoved() const {
  Ledger first = *this;
  first.lists_.removed.clear();
  return first;
}

Ledger Ledger::Slice(uint64_t first, uint64_t last) const {
  Ledger slice;
  for (const auto& [kind, list] : kSections) {
    slice.lists_.*list = SliceOf(lists_.*list, first, last, HashOfKey);
  }
  slice.lists_.objects = SliceOf(lists_.objects, first, last, HashOfObject);
  return slice;
}

std::vector<uint64_t> Ledger::Hashes() const {
  std::vector<uint64_t> hashes;
  hashes.reserve(size());
  for (const auto& [kind, list] : kSections) {
    std::ranges::transform(lists_.*list, std::back_inserter(hashes), HashOfKey);
  }
  std::ranges::transform(lists_.objects, std::back_inserter(hashes), HashOfObject);
  std::ranges::sort(hashes);
  return hashes;
}

std::string Ledger::Serialize() const {
  std::string bytes(kMagic);
  AppendNumber(static_cast<uint64_t>(std::popcount(kinds())), &bytes);
  for (const auto& [kind, list] : kSections) {
    const Keys& keys = lists_.*list;
    if (keys.empty()) continue;
    AppendNumber(kind, &bytes);
    AppendNumber(keys.size(), &bytes);
    AppendKeys(keys, &bytes);
  }
  if (!lists_.objects.empty()) AppendObjects(lists_.objects, &bytes);
  AppendChecksum(&bytes);
  return bytes;
}

std::string Ledger::SerializeOldKeys() const {
  Keys keys;
  std::ranges::merge(lists_.old, lists_.paired, std::back_inserter(keys));
  std::string bytes(kOldMagic);
  AppendNumber(keys.size(), &bytes);
  AppendKeys(keys, &bytes);
  AppendKey(OldHashOf(bytes), &bytes);
  return bytes;
}

Ledger Ledger::WithoutOld() const {
  Ledger rest = *this;
  rest.lists_.old.clear();
  rest.is_old_form_ = false;
  return rest;
}

Ledger Ledger::WithoutPaired() const {
  Ledger rest = *this;
  rest.lists_.paired.clear();
  rest.is_old_form_ = false;
  return rest;
}

Result<Ledger> Ledger::Parse(std::string_view bytes) {
  Ledger ledger;
  ledger.is_old_form_ = bytes.starts_with(kOldMagic);
  std::string_view body;
  if (ledger.is_old_form_) {
    ARROW_ASSIGN_OR_RAISE(body, CheckedOldBody(bytes));
  } else if (bytes.starts_with(kMagic)) {
    ARROW_ASSIGN_OR_RAISE(body, CheckedBody(bytes, kMagic, kWhat));
  } else {
    return Status::Invalid("not an input ledger");
  }
  LedgerBytes rest(body, kWhat);
  if (ledger.is_old_form_) {
    ARROW_ASSIGN_OR_RAISE(ledger.lists_.old, ReadKeys(rest));
  } else {
    ARROW_ASSIGN_OR_RAISE(ledger.lists_, ReadSections(rest));
  }
  ARROW_RETURN_NOT_OK(rest.Finish());
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
