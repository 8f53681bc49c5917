#include "flowlake/lambda/upkeep_call.h"

#include <algorithm>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/compact/maintain.h"

namespace flowlake {

namespace {

using Json = nlohmann::ordered_json;

/// What a compaction needs at least.
constexpr int64_t kLeastCompaction = int64_t{256} << 20;

Json FoldsJson(const StagingContext& context, const std::vector<TableFold>& folds) {
  Json tables = Json::object();
  for (const auto& [table, report] : folds) {
    tables[table] = {{"edits", report.edits},
                     {"inputs", report.inputs},
                     {"rows", report.rows},
                     {"version", report.version}};
    for (const std::string& problem : report.problems) {
      LogLine(LogLevel::kError, problem, context.invocation);
    }
  }
  return {{"committed", tables}};
}

Json CompactionJson(const CompactReport& report) {
  Json tables = Json::object();
  for (const TableCompaction& table : report.tables) {
    tables[table.table] = {{"tasks", table.done},
                           {"files_before", table.files_before},
                           {"files_after", table.files_after}};
  }
  return {{"compacted", tables}};
}

}  // namespace

Result<Json> CallUpkeep(const StagingContext& context, const std::string& what) {
  const int64_t now = NowMicros();
  if (what == "commit") {
    ARROW_ASSIGN_OR_RAISE(const auto folds, FoldLake(context.lake, now / 1000));
    return FoldsJson(context, folds);
  }
  CompactOptions compact;
  compact.plan.now = now;
  compact.memory =
      std::max(context.options.memory_bytes - kReservedMemory, kLeastCompaction);
  if (what == "compact") {
    ARROW_ASSIGN_OR_RAISE(const CompactReport report, Compact(context.lake, compact));
    return CompactionJson(report);
  }
  if (what != "maintain") {
    return Status::Invalid("do: '", what,
                           "' is none of commit, compact, maintain and sweep");
  }
  MaintainOptions options;
  options.now_ms = now / 1000;
  options.compact = compact;
  options.may_delete = true;
  ARROW_ASSIGN_OR_RAISE(options.settings, ReadMaintainSettings(context.lake));
  ARROW_ASSIGN_OR_RAISE(const MaintainReport report, Maintain(context.lake, options));
  Json json = FoldsJson(context, report.folds);
  json.update(CompactionJson(report.compaction));
  return json;
}

}  // namespace flowlake
