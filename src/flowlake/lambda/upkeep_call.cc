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

/// Whether a compaction's next task will be done before the deadline, judged by those
/// before it.
class TaskClock {
 public:
  explicit TaskClock(const StagingContext& context) : context_(context) {}

  bool MayBegin(int64_t bytes) {
    const int64_t now_ms = NowMicros() / 1000;
    if (begun_ms_ > 0 && bytes_ > 0) {
      const auto spent = static_cast<double>(now_ms - begun_ms_);
      ms_per_byte_ =
          std::max(seen_ ? ms_per_byte_ : 0, spent / static_cast<double>(bytes_));
      seen_ = true;
    }
    begun_ms_ = now_ms;
    bytes_ = bytes;
    const auto expected = static_cast<int64_t>(ms_per_byte_ * static_cast<double>(bytes));
    return context_.HasTimeFor(expected + expected / 2);
  }

 private:
  const StagingContext& context_;
  int64_t begun_ms_ = 0;       // the task before
  int64_t bytes_ = 0;          // of it
  double ms_per_byte_ = 1e-4;  // 10 MB/s, until one was seen
  bool seen_ = false;
};

/// A metric, in CloudWatch's embedded metric format: the log line is all it takes.
/// Source: AWS, "Specification: Embedded metric format".
void LogOldestStagedEdit(const StagingContext& context, int64_t now_ms) {
  const auto oldest_ms = OldestStagedMs(context.lake);
  if (!oldest_ms.ok()) {
    LogLine(LogLevel::kError, oldest_ms.status().message(), context.invocation);
    return;
  }
  constexpr char kName[] = "OldestStagedEditSeconds";
  const Json metric{{"Name", kName}, {"Unit", "Seconds"}};
  const Json directive{{"Namespace", "flowlake"},
                       {"Dimensions", Json::array({Json::array()})},
                       {"Metrics", Json::array({metric})}};
  const int64_t age_ms = *oldest_ms == 0 ? 0 : std::max<int64_t>(0, now_ms - *oldest_ms);
  LogLine(LogLevel::kInfo, "staged edits", context.invocation,
          {{kName, age_ms / 1000},
           {"_aws",
            {{"Timestamp", now_ms}, {"CloudWatchMetrics", Json::array({directive})}}}});
}

void LogFailures(const StagingContext& context, const Failures& failures) {
  for (const Failure& failure : failures) {
    LogLine(LogLevel::kError, failure.status.message(), context.invocation,
            {{"object", failure.object}, {"step", failure.step}});
  }
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

/// Their number is in the response; what they are is in the log.
Json WithFailures(Json json, const Failures& failures) {
  if (!failures.empty()) json["failures"] = failures.size();
  return json;
}

}  // namespace

Result<Json> CallUpkeep(const StagingContext& context, const std::string& what) {
  const int64_t now = NowMicros();
  if (what == "commit") {
    ARROW_ASSIGN_OR_RAISE(const auto folds, FoldLake(context.lake, now / 1000));
    LogOldestStagedEdit(context, now / 1000);
    return FoldsJson(context, folds);
  }
  CompactOptions compact;
  compact.plan.now = now;
  compact.memory =
      std::max(context.options.memory_bytes - kReservedMemory, kLeastCompaction);
  TaskClock clock(context);
  compact.may_begin = [&clock](int64_t bytes) { return clock.MayBegin(bytes); };
  if (what == "compact") {
    ARROW_ASSIGN_OR_RAISE(const CompactReport report, Compact(context.lake, compact));
    LogFailures(context, report.failures);
    return WithFailures(CompactionJson(report), report.failures);
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
  LogFailures(context, report.failures);
  Json json = FoldsJson(context, report.folds);
  json.update(CompactionJson(report.compaction));
  return WithFailures(std::move(json), report.failures);
}

}  // namespace flowlake
