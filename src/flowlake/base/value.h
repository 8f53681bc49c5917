/// One scalar of a statistic: a number (timestamps in microseconds) or a string.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace flowlake {

using Value = std::variant<int64_t, std::string>;

}  // namespace flowlake
