#include "flowlake/table/table_property.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

constexpr char kBlake3[] = "blake3";
constexpr char kBoth[] = "both";
constexpr char kLedgerRoot[] = "2";

constexpr int64_t kSecond = 1000;
constexpr int64_t kDay = 86'400 * kSecond;

constexpr std::array<std::pair<std::string_view, int64_t>, 6> kUnits{{
    {"week", 7 * kDay},
    {"day", kDay},
    {"hour", 3600 * kSecond},
    {"minute", 60 * kSecond},
    {"second", kSecond},
    {"millisecond", 1},
}};

std::string_view NextWord(std::string_view* text) {
  const size_t begin = std::min(text->find_first_not_of(' '), text->size());
  text->remove_prefix(begin);
  const size_t end = std::min(text->find(' '), text->size());
  const std::string_view word = text->substr(0, end);
  text->remove_prefix(end);
  return word;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int64_t> UnitOf(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  for (const auto& [name, milliseconds] : kUnits) {
    if (word == name) return milliseconds;
  }
  return std::nullopt;
}

std::string Find(const TableProperties& properties, const char* name) {
  const auto found = properties.find(name);
  return found == properties.end() ? "" : found->second;
}

int64_t IntervalOf(const TableProperties& properties, const char* name,
                   int64_t otherwise) {
  return ParseInterval(Find(properties, name)).value_or(otherwise);
}

}  // namespace

std::optional<int64_t> ParseInterval(std::string_view text) {
  constexpr int64_t kMost = int64_t{1'000'000} * kDay;
  std::string_view word = NextWord(&text);
  if (word == "interval" || word == "INTERVAL") word = NextWord(&text);
  std::optional<int64_t> sum;
  for (; !word.empty(); word = NextWord(&text)) {
    const auto number = ParseNumber<int32_t>(word);
    const auto unit = UnitOf(NextWord(&text));
    if (!number || *number < 0 || !unit) return std::nullopt;
    sum = std::min(kMost, sum.value_or(0) + *number * *unit);
  }
  return sum;
}

int64_t DeletedFileRetentionMs(const TableProperties& properties) {
  return IntervalOf(properties, "delta.deletedFileRetentionDuration", 7 * kDay);
}

int64_t LogRetentionMs(const TableProperties& properties) {
  return IntervalOf(properties, "delta.logRetentionDuration", 30 * kDay);
}

bool CleansUpLog(const TableProperties& properties) {
  return Find(properties, "delta.enableExpiredLogCleanup") != "false";
}

int64_t CheckpointInterval(const TableProperties& properties) {
  constexpr int64_t kUsual = 10;
  const auto number = ParseNumber<int64_t>(Find(properties, "delta.checkpointInterval"));
  return number && *number > 0 ? *number : kUsual;
}

std::optional<int64_t> IndexedColumns(const TableProperties& properties) {
  constexpr int64_t kUsual = 32;
  const auto number =
      ParseNumber<int64_t>(Find(properties, "delta.dataSkippingNumIndexedCols"));
  if (number && *number < 0) return std::nullopt;
  return number.value_or(kUsual);
}

bool HasManifests(const TableProperties& properties) {
  return Find(properties, "delta.compatibility.symlinkFormatManifest.enabled") == "true";
}

Identity IdentityOf(const TableProperties& properties) {
  return Find(properties, kIdentityProperty) == kBlake3 ? Identity::kBlake3
                                                        : Identity::kBoth;
}

TableProperties IdentityProperties(Identity identity) {
  if (identity == Identity::kBoth) return {{kIdentityProperty, kBoth}};
  constexpr char kKnowsKeys[] = "2";
  return {{kIdentityProperty, kBlake3}, {kMinWriterProperty, kKnowsKeys}};
}

bool HasLedgerRoot(const TableProperties& properties) {
  return Find(properties, kLedgerProperty) == kLedgerRoot;
}

TableProperties LedgerRootProperties() {
  return {{kIdentityProperty, kBlake3},
          {kLedgerProperty, kLedgerRoot},
          {kMinWriterProperty, std::to_string(kWriterVersion)}};
}

Status CheckMayWrite(const TableProperties& properties, const std::string& table) {
  const std::string wanted = Find(properties, kMinWriterProperty);
  if (wanted.empty()) return Status::OK();
  const auto version = ParseNumber<int64_t>(wanted);
  if (version && *version <= kWriterVersion) return Status::OK();
  return Status::Invalid("write to table ", table, ": it needs a newer flowlake (",
                         kMinWriterProperty, " is ", EscapeForTerminal(wanted),
                         ", this one is ", kWriterVersion, ")");
}

}  // namespace flowlake
