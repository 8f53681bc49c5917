#include "flowlake/compact/expire.h"

#include <set>
#include <utility>

#include "flowlake/table/own_table.h"

namespace flowlake {

namespace {

constexpr int kMaxAttempts = 20;

bool IsExpired(const FileList& files, size_t index, Date before) {
  const auto date = files.date(index);
  return date && *date < before;
}

ExpirePlan PlanOf(const Table& table, const Snapshot& snapshot, Date before) {
  ExpirePlan plan;
  plan.table = table.folder();
  plan.before = before;
  std::set<Date> days;
  const FileList& files = snapshot.files;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!IsExpired(files, i, before)) continue;
    days.insert(*files.date(i));
    ++plan.files;
    plan.rows += files.rows(i);
    plan.bytes += files.bytes(i);
  }
  plan.days = static_cast<int64_t>(days.size());
  if (!days.empty()) plan.oldest = *days.begin();
  return plan;
}

Edit EditOf(const Snapshot& snapshot, Date before) {
  Edit edit;
  edit.operation = "DELETE";
  edit.parameters = {{"predicate", "date < '" + FormatDate(before) + "'"}};
  edit.transactions = {{kExpiredApplication, before}};
  const FileList& files = snapshot.files;
  for (size_t i = 0; i < files.size(); ++i) {
    if (IsExpired(files, i, before)) edit.remove.push_back(files.path(i));
  }
  return edit;
}

}  // namespace

Date ExpiryDate(int64_t now_ms, int64_t age_ms) {
  return DateOfMicros((now_ms - age_ms) * 1000);
}

Result<LakeExpiry> ExpireLake(const Lake& lake, const std::vector<std::string>& tables,
                              Date before, bool may_delete) {
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake, tables));
  LakeExpiry expiry{{}, survey.others, survey.failures};
  for (const OwnTable& own : survey.ours) {
    const Table table = lake.table(own.name);
    auto plan = may_delete ? Expire(table, before) : PlanExpire(table, before);
    if (!expiry.failures.Keep(own.name, "expire", plan.status())) continue;
    expiry.plans.push_back(*std::move(plan));
  }
  return expiry;
}

Result<ExpirePlan> PlanExpire(const Table& table, Date before) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
  return PlanOf(table, *snapshot, before);
}

Result<ExpirePlan> Expire(const Table& table, Date before) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
    ExpirePlan plan = PlanOf(table, *snapshot, before);
    if (plan.files == 0) return plan;
    ARROW_ASSIGN_OR_RAISE(const auto outcome, table.Commit(EditOf(*snapshot, before)));
    if (outcome.gone.empty()) return plan;  // else a compaction was faster
  }
  return Status::IOError("expire ", table.folder(), " in ", table.store()->uri(),
                         ": other writers replaced its files ", kMaxAttempts,
                         " times in a row; run the same command again");
}

}  // namespace flowlake
