/// gzip (RFC 1952) of bytes in memory.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

/// One member. Fast, not small.
std::string Gzip(std::string_view plain);

}  // namespace flowlake
