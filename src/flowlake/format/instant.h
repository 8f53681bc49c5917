/// An instant in one of the forms that logs have it in.
#pragma once

#include <cstdint>
#include <string_view>

#include "flowlake/format/field_value.h"

namespace flowlake {

/// ISO 8601, without a zone UTC; seconds since 1970, perhaps with a fraction, or
/// milliseconds; or as web servers write it, "02/Oct/2026:06:14:13 +0000". Into `micros`,
/// since 1970, whatever its range.
Misfit ParseInstant(std::string_view text, int64_t& micros);

}  // namespace flowlake
