#include "flowlake/table/upgrade.h"

#include "flowlake/table/own_table.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

/// Adds the table's staged edits of which only old keys are known.
Status AddOldEdits(const Table& table, const Snapshot& head, UpgradePlan* plan) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(table));
  const auto [edits, unreadable] = ReadStagedEdits(table, head.schema, objects);
  for (const Failure& failure : unreadable) {
    plan->waiting.push_back(failure.status.message());
  }
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
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake));
  plan.failures = survey.failures;
  for (const auto& [name, head] : survey.ours) {
    if (HasLedgerRoot(head->configuration)) continue;
    plan.tables.push_back(name);
    if (IdentityOf(head->configuration) == Identity::kBlake3) continue;
    plan.failures.Keep(name, "staged edits", AddOldEdits(lake.table(name), *head, &plan));
  }
  return plan;
}

Status Upgrade(const Lake& lake, const UpgradePlan& plan) {
  if (!plan.waiting.empty()) {
    return Status::Invalid("upgrade ", lake.uri(), ": ", plan.waiting.size(),
                           " staged edits of older programs wait for a commit");
  }
  Failures failures;
  for (const std::string& name : plan.tables) {
    Edit edit;
    edit.operation = "SET TBLPROPERTIES";
    edit.properties = LedgerRootProperties();
    edit.parameters = edit.properties;
    failures.Keep(name, "commit", lake.table(name).Commit(edit).status());
  }
  return failures.ToStatus();
}

}  // namespace flowlake
