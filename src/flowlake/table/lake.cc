#include "flowlake/table/lake.h"

#include <algorithm>
#include <utility>

#include "flowlake/aws/retry.h"
#include "flowlake/base/shell_path.h"

namespace flowlake {

namespace {

constexpr char kMarker[] = "flowlake.toml";
constexpr char kDefaultConfiguration[] =
    R"(# This folder is a lake of flowlake. Everything below is optional.
#
# Logs without a header line: which fields their records have, by the input's name.
#
# [[format]]
# match = "*/legacy-vpc/*"
# fields = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport}"
#
# What `flowlake maintain` does by itself, beside compaction.
#
# [maintain]
# expire = "400d"
# vacuum = "7d"
# manifests = true
)";

/// Deliveries that nobody else has and that could not be read (ingest).
constexpr char kRefused[] = "_refused/";

std::string WithoutSlash(const std::string& name) {
  return name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
}

Result<bool> IsLake(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto marker, lake.store()->Stat(kMarker));
  if (marker) return true;
  ARROW_ASSIGN_OR_RAISE(const auto tables, lake.TableNames());
  return !tables.empty();
}

/// Repeated while the store is busy: whoever made it, it is the same.
Result<PutOutcome> PutMarker(Store& store) {
  Patience patience{RetryPolicy{}};
  while (true) {
    auto put = store.PutIfAbsent(kMarker, kDefaultConfiguration);
    if (put.ok() || !IsPassing(put.status()) || !patience.Pause()) return put;
  }
}

}  // namespace

Result<Lake> Lake::Open(std::shared_ptr<Store> store) {
  Lake lake(std::move(store));
  ARROW_ASSIGN_OR_RAISE(const bool is_lake, IsLake(lake));
  if (is_lake) return lake;
  return Status::Invalid("open lake ", lake.uri(),
                         ": not a lake; `flowlake ingest <input> --lake ",
                         ShellPath(lake.uri()), "` makes one");
}

Result<Lake> Lake::OpenOrCreate(std::shared_ptr<Store> store) {
  Lake lake(std::move(store));
  ARROW_ASSIGN_OR_RAISE(const bool is_lake, IsLake(lake));
  if (is_lake) return lake;
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.store_->Names(""));
  if (!names.empty()) {
    // Somebody else may just have made it.
    ARROW_ASSIGN_OR_RAISE(const bool is_made, IsLake(lake));
    if (is_made) return lake;
    return Status::Invalid("make lake ", lake.uri(), ": the folder is not a lake and not",
                           " empty; name a new or an empty folder");
  }
  // Twice: of a store that does not mind, commits would overwrite each other.
  for (const bool is_check : {false, true}) {
    const auto put = PutMarker(*lake.store_);
    if (!put.ok()) {
      return put.status().WithMessage("make lake ", lake.uri(), ": ",
                                      put.status().message());
    }
    if (!is_check || *put == PutOutcome::kExists) continue;
    return Status::IOError("make lake ", lake.uri(),
                           ": the store ignores If-None-Match, so commits would "
                           "overwrite each other; a lake needs conditional writes");
  }
  return lake;
}

bool IsTableName(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(kLetters) == name.npos;
}

Result<std::string> Lake::WhyNotATable(const std::string& name) const {
  if (!name.ends_with('/')) return "is not a folder (links are not followed)";
  const std::string folder = WithoutSlash(name);
  if (!IsTableName(folder)) return std::string("a table's name is ") + kTableNameRule;
  ARROW_ASSIGN_OR_RAISE(const bool exists, table(folder).Exists());
  return exists ? "" : "has no Delta log";
}

Result<std::vector<std::string>> Lake::TableNames() const {
  ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(""));
  std::vector<std::string> tables;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(const std::string why, WhyNotATable(name));
    if (why.empty()) tables.push_back(WithoutSlash(name));
  }
  return tables;
}

Result<std::vector<NotATable>> Lake::OtherNames() const {
  ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(""));
  std::vector<NotATable> others;
  for (const std::string& name : names) {
    if (name == kMarker || name == kRefused) continue;
    ARROW_ASSIGN_OR_RAISE(std::string why, WhyNotATable(name));
    if (!why.empty()) others.push_back({WithoutSlash(name), std::move(why)});
  }
  return others;
}

Result<std::vector<std::string>> Lake::ChooseTables(
    const std::vector<std::string>& wanted) const {
  ARROW_ASSIGN_OR_RAISE(const auto names, TableNames());
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const std::string& table : names) known += (known.empty() ? "" : ", ") + table;
    return Status::Invalid("there is no table '", name, "' in ", uri(), "; it has ",
                           known.empty() ? "none" : known);
  }
  return wanted.empty() ? names : wanted;
}

}  // namespace flowlake
