/// File name patterns that the shell did not expand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// Whether `text` has one of the characters * ? [.
bool IsGlob(std::string_view text);

/// The existing paths that match, sorted. Within one name *, ? and [a-z] as fnmatch(3), a
/// leading dot only by a dot; the name ** is any number of folders. A folder on the way
/// that cannot be read is an error.
Result<std::vector<std::string>> ExpandGlob(const std::string& pattern);

}  // namespace flowlake
