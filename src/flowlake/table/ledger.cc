// A generation, all numbers big-endian (doc/ledger.md):
//   "FLKEYS1\n"          8 bytes
//   count                8 bytes
//   key                 16 bytes each, ascending, distinct
//   XXH3-128 of all     16 bytes
#include "flowlake/table/ledger.h"

#include <algorithm>
#include <functional>

namespace flowlake {

namespace {

constexpr std::string_view kMagic = "FLKEYS1\n";
constexpr size_t kKeyBytes = 16;
constexpr size_t kHeaderBytes = kMagic.size() + 8;

void AppendNumber(uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *bytes += static_cast<char>(value >> shift & 0xFF);
  }
}

void AppendKey(const Key128& key, std::string* bytes) {
  AppendNumber(key.high, bytes);
  AppendNumber(key.low, bytes);
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

}  // namespace

Ledger::Ledger(std::vector<Key128> keys) : keys_(std::move(keys)) {
  std::sort(keys_.begin(), keys_.end());
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
}

bool Ledger::Contains(const Key128& key) const {
  return std::binary_search(keys_.begin(), keys_.end(), key);
}

std::vector<Key128> Ledger::Range(uint64_t first, uint64_t last) const {
  const auto begin = std::lower_bound(keys_.begin(), keys_.end(), Key128{first, 0});
  const auto end = std::upper_bound(begin, keys_.end(), Key128{last, UINT64_MAX});
  return {begin, end};
}

Ledger Ledger::With(const std::vector<Key128>& more) const {
  std::vector<Key128> keys = keys_;
  keys.insert(keys.end(), more.begin(), more.end());
  return Ledger(std::move(keys));
}

std::string Ledger::Serialize() const {
  std::string bytes(kMagic);
  bytes.reserve(kHeaderBytes + (keys_.size() + 1) * kKeyBytes);
  AppendNumber(keys_.size(), &bytes);
  for (const Key128& key : keys_) AppendKey(key, &bytes);
  AppendKey(HashOf(bytes), &bytes);
  return bytes;
}

Result<Ledger> Ledger::Parse(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Status::Invalid("not an input ledger");
  if (bytes.size() < kHeaderBytes + kKeyBytes || bytes.size() % kKeyBytes != 0) {
    return Status::Invalid("the ledger is cut after ", bytes.size(), " bytes");
  }
  const size_t count = (bytes.size() - kHeaderBytes) / kKeyBytes - 1;
  const uint64_t stated = NumberAt(bytes, kMagic.size());
  if (stated != count) {
    return Status::Invalid("the ledger has ", count, " keys, but says ", stated);
  }
  const size_t trailer = bytes.size() - kKeyBytes;
  if (HashOf(bytes.substr(0, trailer)) != KeyAt(bytes, trailer)) {
    return Status::Invalid("the ledger fails its checksum");
  }
  Ledger ledger;
  ledger.keys_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    ledger.keys_.push_back(KeyAt(bytes, kHeaderBytes + i * kKeyBytes));
  }
  const auto& keys = ledger.keys_;
  if (std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) !=
      keys.end()) {
    return Status::Invalid("the ledger's keys are out of order");
  }
  return ledger;
}

std::string LedgerApplicationId(std::string_view bucket) {
  return "flowlake.inputs/" + std::string(bucket);
}

std::string LedgerPath(std::string_view bucket, int64_t generation) {
  return "_flowlake/inputs/" + std::string(bucket) + '/' + std::to_string(generation) +
         ".keys";
}

}  // namespace flowlake
