// Every commit of ours names the root (LedgerUpdate), so that the newest entry that does
// is by the last writer of a ledger, and the entries behind it are of others, who know
// none: where that entry is still in the log, its root is the one that counts.
#include "flowlake/table/repair.h"

#include <algorithm>

#include "flowlake/table/ledger_reader.h"
#include "flowlake/table/log.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// nullopt if no entry of the log names a root.
Result<std::optional<int64_t>> LastNamedRoot(const Table& table) {
  constexpr size_t kAtOnce = 32;
  ARROW_ASSIGN_OR_RAISE(const LogListing log, ListLog(*table.store(), table.folder()));
  std::vector<int64_t> versions(log.versions.rbegin(), log.versions.rend());
  for (size_t at = 0; at < versions.size(); at += kAtOnce) {
    const size_t end = std::min(versions.size(), at + kAtOnce);
    const std::vector<int64_t> some(versions.begin() + static_cast<std::ptrdiff_t>(at),
                                    versions.begin() + static_cast<std::ptrdiff_t>(end));
    for (const auto& entry : ReadLogEntries(*table.store(), table.folder(), some)) {
      ARROW_RETURN_NOT_OK(entry.status());
      const auto named = entry->transactions.find(kLedgerRootApplication);
      if (named != entry->transactions.end()) return named->second;
    }
  }
  return std::nullopt;
}

/// What of the root cannot be read, one line each.
std::vector<std::string> ProblemsOfRoot(const Table& table, int64_t root) {
  constexpr char kMeaning[] =
      "; which inputs it had recorded cannot be told from the rest: bring the object "
      "back "
      "from a version or a copy of the bucket";
  LedgerReader reader(table.store(), table.folder());
  if (const Status opened = reader.Open(root); !opened.ok()) {
    return {opened.message() + kMeaning};
  }
  std::vector<std::string> problems;
  for (const auto& [bucket, manifest] : reader.root().manifests) {
    const Status read = reader.Read(bucket).status();
    if (!read.ok()) {
      problems.push_back("bucket " + bucket + ": " + read.message() + kMeaning);
    }
  }
  return problems;
}

Result<TableRepair> PlanTable(const Table& table) {
  TableRepair repair;
  repair.table = table.folder();
  ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
  ARROW_RETURN_NOT_OK(CheckMayWrite(head->configuration, table.folder()));
  if (!HasLedgerRoot(head->configuration)) return repair;
  const auto named = LedgerRootNumber(*head, table.folder());
  std::optional<int64_t> root;
  if (named.ok()) {
    root = *named;
  } else {
    ARROW_ASSIGN_OR_RAISE(root, LastNamedRoot(table));
  }
  if (!root) {
    repair.problems.emplace_back(
        "no entry of the log says any more which root of the ledger counts, and of those "
        "that lie in _flowlake/ledger some may be of writers that lost their race");
    return repair;
  }
  repair.problems = ProblemsOfRoot(table, *root);
  if (!named.ok() && repair.problems.empty()) repair.root = root;
  return repair;
}

}  // namespace

Result<std::vector<TableRepair>> PlanRepair(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  std::vector<TableRepair> plan;
  for (const std::string& name : names) {
    auto repair = PlanTable(lake.table(name));
    if (!repair.ok()) {
      plan.push_back({name, std::nullopt, {repair.status().message()}});
    } else if (!repair->empty()) {
      plan.push_back(*std::move(repair));
    }
  }
  return plan;
}

Status Repair(const Lake& lake, const std::vector<TableRepair>& plan) {
  for (const TableRepair& repair : plan) {
    if (!repair.root) continue;
    Edit edit;
    edit.operation = "REPAIR";
    edit.parameters = {{"ledger", std::to_string(*repair.root)}};
    edit.transactions = {{kLedgerRootApplication, *repair.root}};
    ARROW_RETURN_NOT_OK(lake.table(repair.table).Commit(edit).status());
  }
  return Status::OK();
}

}  // namespace flowlake
