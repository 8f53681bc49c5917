#include "flowlake/table/lake.h"

#include <utility>

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

Result<bool> IsLake(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto marker, lake.store()->Stat(kMarker));
  if (marker) return true;
  ARROW_ASSIGN_OR_RAISE(const auto tables, lake.TableNames());
  return !tables.empty();
}

}  // namespace

Result<Lake> Lake::Open(std::shared_ptr<Store> store) {
  Lake lake(std::move(store));
  ARROW_ASSIGN_OR_RAISE(const bool is_lake, IsLake(lake));
  if (is_lake) return lake;
  return Status::Invalid("open lake ", lake.uri(),
                         ": not a lake; `flowlake ingest <input> --lake ", lake.uri(),
                         "` makes one");
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
    const auto put = lake.store_->PutIfAbsent(kMarker, kDefaultConfiguration);
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

Result<std::vector<std::string>> Lake::TableNames() const {
  ARROW_ASSIGN_OR_RAISE(const auto names, store_->Names(""));
  std::vector<std::string> tables;
  for (const std::string& name : names) {
    if (name.back() != '/') continue;
    const std::string folder = name.substr(0, name.size() - 1);
    ARROW_ASSIGN_OR_RAISE(const bool exists, table(folder).Exists());
    if (exists) tables.push_back(folder);
  }
  return tables;
}

}  // namespace flowlake
