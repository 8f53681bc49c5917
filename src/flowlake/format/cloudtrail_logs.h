/// CloudTrail: what was called by whom. Files {"Records":[…]}, one event per message in
/// CloudWatch Logs, one per line elsewhere.
/// Sources: AWS, "CloudTrail record contents", "CloudTrail userIdentity element",
/// "CloudTrail Insights insightDetails element".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

/// Table `cloudtrail`: management, data, network activity and insight events. What an API
/// takes and returns is kept as JSON text.
const LogKind& CloudTrailLog();

}  // namespace flowlake
