#include "flowlake/compact/vacuum.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "flowlake/base/parallel.h"
#include "flowlake/compact/kept_ledgers.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr size_t kRequestsAtOnce = 8;

Status CheckRetention(int64_t retention_ms) {
  if (retention_ms >= kLeastRetentionMs) return Status::OK();
  return Status::Invalid(
      "vacuum: the retention must be a day at least: a writer may be that long at work "
      "on "
      "files that no version names yet");
}

Result<int64_t> RetentionOf(const Table& table, const Snapshot& snapshot,
                            const VacuumOptions& options) {
  const int64_t remembered_ms = DeletedFileRetentionMs(snapshot.configuration);
  const int64_t wanted_ms =
      options.retention_ms > 0 ? options.retention_ms : remembered_ms;
  ARROW_RETURN_NOT_OK(CheckRetention(wanted_ms));
  if (wanted_ms > remembered_ms) {
    return Status::Invalid("vacuum ", table.folder(),
                           ": the table remembers its removed ", "files for ",
                           remembered_ms / 3'600'000,
                           " hours, no longer; "
                           "delta.deletedFileRetentionDuration changes that");
  }
  return wanted_ms;
}

/// The folders that flowlake writes into.
bool IsOurs(std::string_view path) {
  return path.starts_with("date=") || path.starts_with("_delta_log/") ||
         path.starts_with("_flowlake/");
}

class Planner {
 public:
  /// `ledgers` are those that are kept; nullopt: all.
  Planner(const Table& table, const Snapshot& snapshot, int64_t oldest_kept_ms,
          std::optional<std::set<std::string>> ledgers)
      : table_(table),
        snapshot_(snapshot),
        oldest_kept_ms_(oldest_kept_ms),
        ledgers_(std::move(ledgers)) {
    for (const RemoveAction& tombstone : snapshot.tombstones) {
      if (tombstone.deleted_ms >= oldest_kept_ms_) needed_.insert(tombstone.path);
    }
  }

  void Need(const Edit& staged) {
    for (const AddedFile& added : staged.add) needed_.insert(added.file.path);
  }

  void KeepDataFiles() { keeps_data_files_ = true; }

  VacuumPlan Plan(const std::vector<ObjectInfo>& objects) const {
    VacuumPlan plan;
    plan.table = table_.folder();
    for (const ObjectInfo& object : objects) {
      if (object.modified_ms >= oldest_kept_ms_) continue;
      const std::string path = PathInTable(object.path);
      const bool is_data_file = IsDataFile(path);
      const bool may_go =
          is_data_file ? !keeps_data_files_ && !IsNeeded(path) : IsOldLedger(object);
      if (!may_go) continue;
      plan.paths.push_back(object.path);
      plan.bytes += object.size;
      plan.data_files += is_data_file ? 1 : 0;
    }
    return plan;
  }

  void AddUnfinished(const Result<std::vector<UnfinishedObject>>& objects,
                     VacuumPlan* plan) const {
    if (!objects.ok()) {
      plan->unfinished_problem = objects.status().message();
      return;
    }
    for (const UnfinishedObject& object : *objects) {
      const bool is_old = object.modified_ms < oldest_kept_ms_;
      if (!is_old || !IsOurs(PathInTable(object.path))) continue;
      plan->unfinished.push_back(object);
      plan->bytes += object.size;
    }
  }

 private:
  std::string PathInTable(const std::string& path) const {
    return path.substr(table_.folder().size() + 1);
  }

  static bool IsDataFile(const std::string& path) {
    return path.starts_with("date=") && path.ends_with(".parquet");
  }

  bool IsNeeded(const std::string& path) const {
    return snapshot_.files.Contains(path) || needed_.contains(path);
  }

  /// Of a ledger that counted for nobody since oldest_kept_ms_, whenever it was written.
  /// An object that is hardly older may be of a commit that came a moment later.
  bool IsOldLedger(const ObjectInfo& object) const {
    constexpr int64_t kMostOfACommitMs = 3'600'000;
    return ledgers_ && object.modified_ms < oldest_kept_ms_ - kMostOfACommitMs &&
           IsLedgerObject(PathInTable(object.path)) && !ledgers_->contains(object.path);
  }

  const Table& table_;
  const Snapshot& snapshot_;
  const int64_t oldest_kept_ms_;
  std::set<std::string> needed_;
  const std::optional<std::set<std::string>> ledgers_;
  bool keeps_data_files_ = false;
};

}  // namespace

Result<VacuumPlan> PlanVacuum(const Table& table, const VacuumOptions& options) {
  // In this order: whatever is staged or committed after the listing is not in it.
  ARROW_ASSIGN_OR_RAISE(const auto objects, table.store()->List(table.folder()));
  ARROW_ASSIGN_OR_RAISE(const auto staged_objects, ListStagedEdits(table));
  ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
  ARROW_RETURN_NOT_OK(CheckMayWrite(head->configuration, table.folder()));
  const auto [staged, unreadable] = ReadStagedEdits(table, head->schema, staged_objects);
  // An edit that was folded before it could be read is in this snapshot.
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
  ARROW_ASSIGN_OR_RAISE(const int64_t retention_ms,
                        RetentionOf(table, *snapshot, options));
  const int64_t oldest_kept_ms = options.now_ms - retention_ms;
  ARROW_ASSIGN_OR_RAISE(auto ledgers, KeptLedgers(table, *snapshot, oldest_kept_ms));
  Planner planner(table, *snapshot, oldest_kept_ms, std::move(ledgers));
  for (const StagedEdit& edit : staged) planner.Need(edit.edit);
  if (!unreadable.empty()) planner.KeepDataFiles();
  VacuumPlan plan = planner.Plan(objects);
  if (!unreadable.empty()) {
    plan.staged_problem = "data files stay: " + unreadable.ToStatus().message();
  }
  planner.AddUnfinished(table.store()->ListUnfinished(table.folder()), &plan);
  return plan;
}

Status Vacuum(const Table& table, const VacuumPlan& plan) {
  Store& store = *table.store();
  const size_t objects = plan.paths.size();
  std::vector<Status> deleted(objects + plan.unfinished.size());
  ForEachInParallel(deleted.size(), kRequestsAtOnce, [&](size_t i) {
    deleted[i] = i < objects ? store.Delete(plan.paths[i])
                             : store.DiscardUnfinished(plan.unfinished[i - objects]);
  });
  for (const Status& status : deleted) ARROW_RETURN_NOT_OK(status);
  return Status::OK();
}

void VacuumInto(const Table& table, const VacuumOptions& options, bool may_delete,
                LakeVacuum& vacuum) {
  auto plan = PlanVacuum(table, options);
  Status status = plan.status();
  if (plan.ok() && may_delete) status = Vacuum(table, *plan);
  if (!vacuum.failures.Keep(table.folder(), "vacuum", status)) return;
  if (!plan->staged_problem.empty()) {
    vacuum.failures.Keep(table.folder(), "vacuum", Status::IOError(plan->staged_problem));
  }
  vacuum.plans.push_back(*std::move(plan));
}

Result<LakeVacuum> VacuumLake(const Lake& lake, const std::vector<std::string>& tables,
                              const VacuumOptions& options, bool may_delete) {
  if (options.retention_ms > 0) ARROW_RETURN_NOT_OK(CheckRetention(options.retention_ms));
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake, tables));
  LakeVacuum vacuum{{}, survey.others, survey.failures};
  for (const OwnTable& own : survey.ours) {
    VacuumInto(lake.table(own.name), options, may_delete, vacuum);
  }
  return vacuum;
}

}  // namespace flowlake
