#include "flowlake/compact/maintain.h"

#include <algorithm>
#include <utility>

#include "flowlake/table/mend_statistics.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/staged_edits.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

namespace {

constexpr char kRejects[] = "rejects";

class Maintainer {
 public:
  Maintainer(const Lake& lake, const MaintainOptions& options)
      : lake_(lake), options_(options) {}

  Result<MaintainReport> Run() {
    ARROW_ASSIGN_OR_RAISE(report_.folds, FoldLake(lake_, options_.now_ms));
    ARROW_ASSIGN_OR_RAISE(report_.compaction, Compact(lake_, options_.compact));
    // Anew, because compactions take long; what cannot be opened was said there.
    ARROW_ASSIGN_OR_RAISE(TableSurvey survey, SurveyTables(lake_));
    report_.failures = std::move(report_.compaction.failures);
    report_.others = std::move(survey.others);
    for (const OwnTable& own : survey.ours) CleanUp(lake_.table(own.name));
    return std::move(report_);
  }

 private:
  void CleanUp(const Table& table) {
    const auto keep = [&](const char* step, const Status& status) {
      report_.failures.Keep(table.folder(), step, status);
    };
    keep("expire", ExpireDays(table));
    LakeVacuum vacuum;
    VacuumInto(table, {options_.now_ms, options_.settings.vacuum_ms}, options_.may_delete,
               vacuum);
    report_.failures.Add(vacuum.failures);
    for (VacuumPlan& plan : vacuum.plans) report_.vacuumed.push_back(std::move(plan));
    const auto mended = MendStatistics(table);
    keep("statistics", mended.status());
    if (mended.ok()) report_.mended += *mended;
    keep("checkpoint", table.Checkpoint());
    keep("manifests", RefreshManifests(table));
  }

  Status ExpireDays(const Table& table) {
    if (!options_.settings.expire_ms) return Status::OK();
    const Date before = ExpiryDate(options_.now_ms, *options_.settings.expire_ms);
    ARROW_ASSIGN_OR_RAISE(auto plan, options_.may_delete ? Expire(table, before)
                                                         : PlanExpire(table, before));
    if (plan.files > 0) report_.expired.push_back(std::move(plan));
    return Status::OK();
  }

  Status RefreshManifests(const Table& table) {
    ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
    if (!options_.settings.manifests && !HasManifests(head->configuration)) {
      return Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(const ManifestReport manifests, WriteManifests(table));
    report_.manifests.written += manifests.written;
    report_.manifests.deleted += manifests.deleted;
    report_.manifests.unchanged += manifests.unchanged;
    return Status::OK();
  }

  const Lake& lake_;
  const MaintainOptions& options_;
  MaintainReport report_;
};

Result<FoldReport> FoldTable(const Lake& lake, const std::string& name, TableOwner& owner,
                             int64_t now_ms) {
  const Table table = lake.table(name);
  ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(table));
  if (objects.empty()) return FoldReport{};
  ARROW_ASSIGN_OR_RAISE(const auto head, table.LoadHead());
  ARROW_ASSIGN_OR_RAISE(const bool is_ours, owner.IsOurs(name, *head));
  if (!is_ours) return FoldReport{};
  return FoldStagedEdits(table, {.now_ms = now_ms});
}

}  // namespace

Result<std::vector<TableFold>> FoldLake(const Lake& lake, int64_t now_ms) {
  ARROW_ASSIGN_OR_RAISE(auto names, lake.TableNames());
  std::stable_partition(names.begin(), names.end(),
                        [](const std::string& name) { return name == kRejects; });
  std::vector<TableFold> folds;
  TableOwner owner(lake);
  for (const std::string& name : names) {
    const auto report = FoldTable(lake, name, owner, now_ms);
    folds.push_back({name, report.ok() ? *report : FoldReport{}});
    if (report.ok()) continue;
    folds.back().report.problems.push_back(
        name + ": commit staged edits: " + report.status().message());
  }
  return folds;
}

Result<MaintainReport> Maintain(const Lake& lake, const MaintainOptions& options) {
  return Maintainer(lake, options).Run();
}

Result<int64_t> OldestStagedMs(const Lake& lake) {
  int64_t oldest = 0;
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(lake.table(name)));
    if (objects.empty()) continue;
    const int64_t first = objects.front().modified_ms;
    oldest = oldest == 0 ? first : std::min(oldest, first);
  }
  return oldest;
}

}  // namespace flowlake
