#include "flowlake/table/log.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace flowlake {

namespace {

constexpr char kLogFolder[] = "/_delta_log";
constexpr size_t kVersionDigits = 20;

std::optional<int64_t> VersionOf(std::string_view name) {
  int64_t version = 0;
  if (name.size() <= kVersionDigits) return std::nullopt;
  const char* end = name.data() + kVersionDigits;
  const auto parsed = std::from_chars(name.data(), end, version);
  if (parsed.ec != std::errc() || parsed.ptr != end || version < 0) return std::nullopt;
  return version;
}

}  // namespace

int64_t LogListing::newest() const {
  const int64_t entry = versions.empty() ? -1 : versions.back();
  const int64_t checkpoint = checkpoints.empty() ? -1 : checkpoints.back();
  return std::max(entry, checkpoint);
}

Result<LogListing> ListLog(Store& store, const std::string& table_folder) {
  ARROW_ASSIGN_OR_RAISE(const auto names, store.Names(table_folder + kLogFolder));
  LogListing listing;
  for (const std::string& name : names) {
    const auto version = VersionOf(name);
    if (!version) continue;
    const std::string_view rest = std::string_view(name).substr(kVersionDigits);
    if (rest == ".json") {
      listing.versions.push_back(*version);
    } else if (rest.starts_with(".checkpoint.")) {
      listing.checkpoints.push_back(*version);
    }
  }
  return listing;
}

std::string LogEntryPath(const std::string& table_folder, int64_t version) {
  char name[32];
  std::snprintf(name, sizeof name, "/%020lld.json", static_cast<long long>(version));
  return table_folder + kLogFolder + name;
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

}  // namespace flowlake
