#include "flowlake/table/upgrade.h"

#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// Adds the table's staged edits of which only old keys are known.
Status AddOldEdits(const Table& table, const Snapshot& head, UpgradePlan* plan) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(table));
  ARROW_ASSIGN_OR_RAISE(const auto edits, ReadStagedEdits(table, head.schema, objects));
  for (const StagedEdit& staged : edits) {
    if (!HasOldInputs(staged.edit)) continue;
    plan->waiting.push_back(staged.path +
                            ": staged by an older program; `flowlake commit` takes it");
  }
  return Status::OK();
}

}  // namespace

Result<UpgradePlan> PlanUpgrade(const Lake& lake) {
  UpgradePlan plan;
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  for (const std::string& name : names) {
    const Table table = lake.table(name);
    ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
    ARROW_RETURN_NOT_OK(CheckMayWrite(head->configuration, name));
    if (HasLedgerRoot(head->configuration)) continue;
    plan.tables.push_back(name);
    if (IdentityOf(head->configuration) == Identity::kBlake3) continue;
    ARROW_RETURN_NOT_OK(AddOldEdits(table, *head, &plan));
  }
  return plan;
}

Status Upgrade(const Lake& lake, const UpgradePlan& plan) {
  if (!plan.waiting.empty()) {
    return Status::Invalid("upgrade ", lake.uri(), ": ", plan.waiting.size(),
                           " staged edits of older programs wait for a commit");
  }
  for (const std::string& name : plan.tables) {
    Edit edit;
    edit.operation = "SET TBLPROPERTIES";
    edit.properties = LedgerRootProperties();
    edit.parameters = edit.properties;
    ARROW_RETURN_NOT_OK(lake.table(name).Commit(edit).status());
  }
  return Status::OK();
}

}  // namespace flowlake
