#include "flowlake/source/delivered_records.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "flowlake/source/gunzip.h"

namespace flowlake {

namespace {

constexpr size_t kPeekedBytes = 4096;
constexpr std::string_view kAggregateMagic = "\xF3\x89\x9A\xC2";
constexpr size_t kMd5Bytes = 16;

/// The plain bytes at the beginning of `record`, as many as it takes to see what it is.
std::string FirstPlainBytes(std::string_view record) {
  if (!IsGzip(record)) return std::string(record.substr(0, kPeekedBytes));
  std::string plain(kPeekedBytes, '\0');
  Gunzip gunzip;
  gunzip.Feed(record);
  const auto count = gunzip.Read(plain);
  plain.resize(count.ok() ? *count : 0);
  return plain;
}

/// A reader of protobuf's wire format: just what the aggregate is made of.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  bool is_at_end() const { return bytes_.empty(); }

  std::optional<uint64_t> Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::optional<std::string_view> Bytes() {
    const auto size = Varint();
    if (!size || *size > bytes_.size()) return std::nullopt;
    const std::string_view value = bytes_.substr(0, *size);
    bytes_.remove_prefix(*size);
    return value;
  }

  bool Skip(uint64_t wire_type) {
    switch (wire_type) {
      case 0:
        return Varint().has_value();
      case 2:
        return Bytes().has_value();
      default:
        return false;
    }
  }

 private:
  std::string_view bytes_;
};

constexpr uint64_t kBytesType = 2;
constexpr uint64_t kField3 = 3 << 3 | kBytesType;  // the records; of a record its data

/// The values of field 3, a field of bytes in both messages; nullopt if it is damaged.
std::optional<std::vector<std::string_view>> ThirdFields(std::string_view message) {
  std::vector<std::string_view> values;
  WireReader reader(message);
  while (!reader.is_at_end()) {
    const auto tag = reader.Varint();
    if (!tag) return std::nullopt;
    if (*tag != kField3) {
      if (!reader.Skip(*tag & 7)) return std::nullopt;
      continue;
    }
    const auto value = reader.Bytes();
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

bool HasMd5(std::string_view message, std::string_view expected) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int ok = EVP_Digest(message.data(), message.size(), digest.data(), &size,
                            EVP_md5(), nullptr);
  const std::string_view actual(reinterpret_cast<const char*>(digest.data()), size);
  return ok == 1 && actual == expected;
}

/// A group under construction.
struct Pile {
  std::string log_group;
  std::vector<std::string_view> records;
};

bool IsZipped(std::string_view record) { return IsGzip(record); }

/// One group of its records; the damaged ones, which cannot be told apart otherwise, come
/// behind it.
void Join(const Pile& pile, std::vector<RecordGroup>& groups) {
  RecordGroup group{pile.log_group, {}};
  std::vector<RecordGroup> damaged;
  const bool stays_zipped = std::ranges::all_of(pile.records, IsZipped);
  size_t bytes = 0;
  for (const std::string_view record : pile.records) bytes += record.size() + 1;
  group.bytes.reserve(bytes);
  for (const std::string_view record : pile.records) {
    const bool is_zipped = IsGzip(record) || IsZlib(record);
    if (is_zipped) {
      // Also where it stays as it is: a member that is cut would take the others along.
      auto plain = Unzip(record, kMaxPlainRecord);
      if (!plain.ok()) {
        damaged.push_back({pile.log_group, std::string(record)});
        continue;
      }
      if (!stays_zipped) {
        group.bytes += *plain;
      } else {
        group.bytes += record;
        continue;
      }
    } else {
      group.bytes += record;
    }
    if (!group.bytes.empty() && !group.bytes.ends_with('\n')) group.bytes += '\n';
  }
  if (!group.bytes.empty()) groups.push_back(std::move(group));
  for (RecordGroup& each : damaged) groups.push_back(std::move(each));
}

}  // namespace

std::string PeekLogGroup(std::string_view record) {
  constexpr std::string_view kName = "\"logGroup\"";
  const std::string first = FirstPlainBytes(record);
  if (first.find("\"messageType\"") == first.npos) return {};
  size_t at = first.find(kName);
  if (at == first.npos) return {};
  at = first.find('"', first.find(':', at + kName.size()));
  if (at == first.npos) return {};
  const size_t end = first.find('"', at + 1);
  // The names of log groups hold nothing that JSON escapes.
  return end == first.npos ? std::string() : first.substr(at + 1, end - at - 1);
}

std::vector<RecordGroup> GroupRecords(std::span<const std::string_view> records) {
  std::vector<Pile> piles;
  std::map<std::string, size_t> place;
  for (const std::string_view record : records) {
    std::string log_group = PeekLogGroup(record);
    const auto [found, is_new] = place.try_emplace(log_group, piles.size());
    if (is_new) piles.push_back({std::move(log_group), {}});
    piles[found->second].records.push_back(record);
  }
  std::vector<RecordGroup> groups;
  for (const Pile& pile : piles) Join(pile, groups);
  return groups;
}

Result<std::vector<std::string_view>> Deaggregate(std::string_view record) {
  const std::vector<std::string_view> itself = {record};
  if (!record.starts_with(kAggregateMagic)) return itself;
  if (record.size() < kAggregateMagic.size() + kMd5Bytes) return itself;
  std::string_view message = record.substr(kAggregateMagic.size());
  const std::string_view digest = message.substr(message.size() - kMd5Bytes);
  message.remove_suffix(kMd5Bytes);
  if (!HasMd5(message, digest)) {
    return Status::Invalid("an aggregated Kinesis record with a wrong checksum");
  }
  const auto inner = ThirdFields(message);
  if (!inner) return Status::Invalid("an aggregated Kinesis record that is damaged");
  std::vector<std::string_view> users;
  for (const std::string_view each : *inner) {
    const auto data = ThirdFields(each);
    if (!data || data->size() != 1) {
      return Status::Invalid("an aggregated Kinesis record without data in a record");
    }
    users.push_back(data->front());
  }
  return users;
}

}  // namespace flowlake
