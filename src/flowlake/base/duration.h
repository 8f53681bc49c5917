/// Lengths of time as people write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// Milliseconds of "10s", "15m", "2h", "7d"; Invalid names the text and what would be
/// right.
Result<int64_t> ParseDuration(std::string_view text);

}  // namespace flowlake
