#include "flowlake/compact/maintain.h"

#include <algorithm>
#include <utility>

#include "flowlake/table/mend_statistics.h"
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
    ARROW_ASSIGN_OR_RAISE(const auto names, lake_.TableNames());
    for (const std::string& name : names) {
      ARROW_RETURN_NOT_OK(CleanUp(lake_.table(name)));
    }
    return std::move(report_);
  }

 private:
  Status CleanUp(const Table& table) {
    ARROW_RETURN_NOT_OK(ExpireDays(table));
    ARROW_ASSIGN_OR_RAISE(
        VacuumPlan plan,
        PlanVacuum(table, {options_.now_ms, options_.settings.vacuum_ms}));
    if (options_.may_delete) ARROW_RETURN_NOT_OK(Vacuum(table, plan));
    report_.vacuumed.push_back(std::move(plan));
    ARROW_ASSIGN_OR_RAISE(const int64_t mended, MendStatistics(table));
    report_.mended += mended;
    ARROW_RETURN_NOT_OK(table.Checkpoint());
    return RefreshManifests(table);
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

}  // namespace

Result<std::vector<TableFold>> FoldLake(const Lake& lake, int64_t now_ms) {
  ARROW_ASSIGN_OR_RAISE(auto names, lake.TableNames());
  std::stable_partition(names.begin(), names.end(),
                        [](const std::string& name) { return name == kRejects; });
  std::vector<TableFold> folds;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(FoldReport report,
                          FoldStagedEdits(lake.table(name), {.now_ms = now_ms}));
    folds.push_back({name, std::move(report)});
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
