/// Inputs to staged edits, within an invocation.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/log.h"
#include "flowlake/base/status.h"
#include "flowlake/ingest/summary.h"
#include "flowlake/lambda/handler.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// What the process has beside the memory that its work is planned with: libraries,
/// connections, the event.
inline constexpr int64_t kReservedMemory = int64_t{160} << 20;

struct StagingContext {
  const Lake& lake;
  const LambdaOptions& options;
  const std::string& invocation;  ///< its id, for the log
  int64_t deadline_ms = 0;

  /// Whether there is time left to begin something that takes so long.
  bool HasTimeFor(int64_t ms) const;
  bool has_time() const { return HasTimeFor(0); }
};

/// Stages `inputs`. Problems of inputs that are not refused must be tried again.
Result<IngestSummary> StageInputs(const StagingContext& context,
                                  const std::vector<Input>& inputs,
                                  const std::optional<EditClaim>& claim = std::nullopt);

/// One line of JSON on stderr, where CloudWatch Logs has it; `fields` are members of it.
void LogLine(LogLevel level, const std::string& message, const std::string& invocation,
             const nlohmann::ordered_json& fields = {});

}  // namespace flowlake
