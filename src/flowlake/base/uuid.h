/// Random names: data files, commits, tables.
#pragma once

#include <string>

namespace flowlake {

/// A version-4 UUID (RFC 9562, section 5.4) from the system's random source, in lower
/// case: "0f2e7c1a-…". Thread-safe.
std::string NewUuid();

}  // namespace flowlake
