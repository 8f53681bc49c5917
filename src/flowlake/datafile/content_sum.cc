#include "flowlake/datafile/content_sum.h"

#include <array>
#include <charconv>
#include <cstdio>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace flowlake {

namespace {
constexpr std::string_view kRule = "1/";
constexpr size_t kWordDigits = 16;

const char* NameOf(ColumnType type) {
  switch (type) {
    case ColumnType::kString:
      return "string";
    case ColumnType::kTimestamp:
      return "timestamp";
    case ColumnType::kDouble:
      return "double";
    case ColumnType::kInt32:
    case ColumnType::kInt64:
      break;
  }
  return "integer";
}

template <typename Number>
bool ParseAll(std::string_view text, int base, Number& number) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, base);
  return parsed.ec == std::errc() && parsed.ptr == end;
}
}  // namespace

ContentSum& ContentSum::operator+=(const ContentSum& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  rows += other.rows;
  return *this;
}

std::string ContentSum::ToTag() const {
  std::array<char, 2 * kWordDigits + 1> digits;
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return std::string(kRule) + std::to_string(rows) + '/' + digits.data();
}

std::optional<ContentSum> ContentSum::FromTag(std::string_view tag) {
  if (!tag.starts_with(kRule)) return std::nullopt;
  tag.remove_prefix(kRule.size());
  const size_t slash = tag.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = tag.substr(slash + 1);
  ContentSum sum;
  if (digits.size() != 2 * kWordDigits || !ParseAll(tag.substr(0, slash), 10, sum.rows) ||
      !ParseAll(digits.substr(0, kWordDigits), 16, sum.high) ||
      !ParseAll(digits.substr(kWordDigits), 16, sum.low)) {
    return std::nullopt;
  }
  return sum;
}

std::optional<ContentSum> ContentOf(const DataFile& file) {
  const auto tag = file.tags.find(kContentTag);
  return tag == file.tags.end() ? std::nullopt : ContentSum::FromTag(tag->second);
}

FieldHash::FieldHash(const Field& field) {
  const std::string text = std::string(NameOf(field.type)) + ' ' + field.name;
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  multiplier_ = hash.low64 | 1;
  presence_ = hash.high64;
}

uint64_t FieldHash::OfText(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size()) * multiplier_ + presence_;
}

}  // namespace flowlake
