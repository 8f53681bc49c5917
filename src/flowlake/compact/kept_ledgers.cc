#include "flowlake/compact/kept_ledgers.h"

#include "flowlake/table/history.h"
#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/snapshot_loader.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

void AddGenerations(const Table& table, const Snapshot& snapshot,
                    std::set<std::string>* paths) {
  for (const std::string& begin : {std::string(), BucketBeside("")}) {
    const std::string prefix = LedgerApplicationId(begin);
    for (const auto& [application, generation] : snapshot.transactions) {
      if (!application.starts_with(prefix)) continue;
      const std::string bucket = begin + application.substr(prefix.size());
      paths->insert(table.folder() + '/' + LedgerPath(bucket, generation));
    }
  }
}

Status AddPaths(const Table& table, const Snapshot& snapshot, LedgerReader& reader,
                std::set<std::string>* paths) {
  AddGenerations(table, snapshot, paths);
  if (!HasLedgerRoot(snapshot.configuration)) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const int64_t root, LedgerRootNumber(snapshot, table.folder()));
  ARROW_RETURN_NOT_OK(reader.Open(root));
  ARROW_ASSIGN_OR_RAISE(const auto named, reader.Paths());
  paths->insert(named.begin(), named.end());
  return Status::OK();
}

}  // namespace

Result<std::optional<std::set<std::string>>> KeptLedgers(const Table& table,
                                                         const Snapshot& newest,
                                                         int64_t since_ms) {
  std::set<std::string> paths;
  LedgerReader reader(table.store(), table.folder());
  const auto version = VersionAt(table, since_ms);
  if (!version.ok()) return std::nullopt;
  const auto then = LoadSnapshot(*table.store(), table.folder(), *version, false);
  if (!then.ok() || !AddPaths(table, *then, reader, &paths).ok()) return std::nullopt;
  LedgerReader of_newest(table.store(), table.folder());
  ARROW_RETURN_NOT_OK(AddPaths(table, newest, of_newest, &paths));
  return paths;
}

bool IsLedgerObject(const std::string& path) {
  const bool is_generation =
      path.starts_with("_flowlake/inputs/") || path.starts_with("_flowlake/keys/");
  if (is_generation) return path.ends_with(".keys");
  return path.starts_with(kLedgerFolder) &&
         (path.ends_with(".keys") || path.ends_with(".manifest") ||
          path.ends_with(".root"));
}

}  // namespace flowlake
