#include "flowlake/lambda/staging.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "flowlake/base/date.h"
#include "flowlake/base/log.h"
#include "flowlake/ingest/ingest.h"

namespace flowlake {

namespace {

constexpr int64_t kLeast = int64_t{128} << 20;
/// "Configure Lambda function memory": so much memory comes with a whole core.
constexpr int64_t kMemoryPerCore = int64_t{1769} << 20;

}  // namespace

bool StagingContext::HasTimeFor(int64_t ms) const {
  return deadline_ms == 0 || NowMicros() / 1000 + ms + options.margin_ms < deadline_ms;
}

Result<IngestSummary> StageInputs(const StagingContext& context,
                                  const std::vector<Input>& inputs,
                                  const std::optional<EditClaim>& claim) {
  IngestOptions options;
  options.stage = true;
  options.days.is_unattended = true;
  options.claim = claim;
  if (const int64_t memory = context.options.memory_bytes; memory > 0) {
    options.memory_bytes = std::max(memory - kReservedMemory, kLeast);
    options.threads = static_cast<int>(std::max<int64_t>(1, memory / kMemoryPerCore));
  }
  IngestProgress progress;
  return Ingest(context.lake, inputs, options, progress);
}

void LogLine(LogLevel level, const std::string& message, const std::string& invocation,
             const nlohmann::ordered_json& fields) {
  nlohmann::ordered_json all{{"requestId", invocation}};
  if (fields.is_object()) all.update(fields);
  Log(level, message, all);
}

}  // namespace flowlake
