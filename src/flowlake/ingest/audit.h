/// Is all of the log here? Compares a folder or bucket of logs with what the lake
/// remembers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// AWS delivers a file per flow log and five-minute window while anything is logged.
inline constexpr int64_t kDeliveryMinutes = 5;

/// Windows of one flow log without a file, between two that have one.
struct DeliveryGap {
  std::string flow_log;
  int64_t after_minute = 0;   ///< the last window that is there, minutes since the epoch
  int64_t before_minute = 0;  ///< the next one that is there
};

struct SourceAudit {
  /// Tables that cannot be read: what only they know is among the missing.
  Failures failures;
  int64_t inputs = 0;
  std::vector<std::string> missing;  ///< not in the lake
  std::vector<std::string> refused;  ///< looked at, and refused
  std::vector<DeliveryGap> gaps;     ///< by flow log and time
};

/// Reads every file once, to identify it; of objects the listing is enough.
Result<SourceAudit> AuditSource(const Lake& lake, const std::vector<Input>& inputs);

}  // namespace flowlake
