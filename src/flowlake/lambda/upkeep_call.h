/// What a schedule, or somebody, calls the function for: the lake's upkeep.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/lambda/staging.h"

namespace flowlake {

/// `what` is "commit", "compact" or "maintain", which deletes as with --yes. Says what
/// was done.
Result<nlohmann::ordered_json> CallUpkeep(const StagingContext& context,
                                          const std::string& what);

}  // namespace flowlake
