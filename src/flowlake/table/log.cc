#include "flowlake/table/log.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "flowlake/base/parallel.h"

namespace flowlake {

namespace {

constexpr char kLogFolder[] = "/_delta_log";
constexpr size_t kVersionDigits = 20;
constexpr std::string_view kCheckpoint = ".checkpoint.";

std::string DigitsOf(int64_t version) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%020lld", static_cast<long long>(version));
  return digits;
}

/// Exactly `size` digits.
std::optional<int64_t> NumberOf(std::string_view text, size_t size) {
  int64_t number = 0;
  if (text.size() != size) return std::nullopt;
  const char* end = text.data() + size;
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 0) return std::nullopt;
  return number;
}

/// Sorts the names of the log's folder, which come sorted.
class ListingBuilder {
 public:
  explicit ListingBuilder(std::string folder) : folder_(std::move(folder)) {}

  void Add(const std::string& name) {
    const auto version =
        NumberOf(std::string_view(name).substr(0, kVersionDigits), kVersionDigits);
    if (!version) return;
    std::string_view rest = std::string_view(name).substr(kVersionDigits);
    if (rest == ".json") {
      listing_.versions.push_back(*version);
    } else if (rest == ".checkpoint.parquet") {
      listing_.checkpoints.push_back({*version, {folder_ + name}});
    } else if (rest.starts_with(kCheckpoint)) {
      rest.remove_prefix(kCheckpoint.size());
      AddPart(*version, rest, name);
    }
  }

  LogListing Finish() {
    std::ranges::stable_sort(listing_.checkpoints, {}, &CheckpointFiles::version);
    return std::move(listing_);
  }

 private:
  /// `rest` is "0000000001.0000000002.parquet", or the name of a later kind. A checkpoint
  /// counts once its last part is there, and all before.
  void AddPart(int64_t version, std::string_view rest, const std::string& name) {
    constexpr size_t kDigits = 10;
    const auto part = NumberOf(rest.substr(0, kDigits), kDigits);
    const auto parts =
        NumberOf(rest.substr(std::min(rest.size(), kDigits + 1), kDigits), kDigits);
    if (!part || !parts) {
      listing_.unreadable.push_back(version);
      return;
    }
    auto& paths = parts_[{version, *parts}];
    paths.push_back(folder_ + name);
    if (static_cast<int64_t>(paths.size()) == *parts) {
      listing_.checkpoints.push_back({version, std::move(paths)});
    }
  }

  const std::string folder_;
  LogListing listing_;
  std::map<std::pair<int64_t, int64_t>, std::vector<std::string>> parts_;
};

}  // namespace

int64_t LogListing::newest() const {
  int64_t newest = -1;
  if (!versions.empty()) newest = std::max(newest, versions.back());
  if (!checkpoints.empty()) newest = std::max(newest, checkpoints.back().version);
  if (!unreadable.empty()) newest = std::max(newest, unreadable.back());
  return newest;
}

Result<LogListing> ListLog(Store& store, const std::string& table_folder, int64_t from) {
  const std::string after = from > 0 ? DigitsOf(from) : "";
  ARROW_ASSIGN_OR_RAISE(const auto names, store.Names(table_folder + kLogFolder, after));
  ListingBuilder builder(table_folder + kLogFolder + "/");
  for (const std::string& name : names) builder.Add(name);
  return builder.Finish();
}

std::string LogEntryPath(const std::string& table_folder, int64_t version) {
  return table_folder + kLogFolder + "/" + DigitsOf(version) + ".json";
}

std::string CheckpointPath(const std::string& table_folder, int64_t version) {
  return table_folder + kLogFolder + "/" + DigitsOf(version) + ".checkpoint.parquet";
}

Result<LogEntry> ReadLogEntry(Store& store, const std::string& table_folder,
                              int64_t version) {
  const std::string path = LogEntryPath(table_folder, version);
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadAll(store, path));
  auto entry = ParseLogEntry(text, table_folder.substr(table_folder.rfind('/') + 1));
  if (entry.ok()) return entry;
  return Status::IOError("read version ", version, " of table ", table_folder, " (",
                         store.uri(), "/", path, "): ", entry.status().message());
}

std::vector<Result<LogEntry>> ReadLogEntries(Store& store,
                                             const std::string& table_folder,
                                             const std::vector<int64_t>& versions) {
  constexpr size_t kReaders = 8;
  std::vector<Result<LogEntry>> entries(versions.size());
  ForEachInParallel(versions.size(), kReaders, [&](size_t i) {
    entries[i] = ReadLogEntry(store, table_folder, versions[i]);
  });
  return entries;
}

}  // namespace flowlake
