/// File name patterns that the shell did not expand.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// Whether `text` has one of the characters * ? [.
bool IsGlob(std::string_view text);

/// Whether a path's `names`, or the first of them (a folder that it lies in), match the
/// names of a pattern, in the sense of ExpandGlob().
bool GlobMatches(std::span<const std::string> pattern,
                 std::span<const std::string> names);

/// The existing paths that match, sorted. Within one name *, ? and [a-z] as fnmatch(3), a
/// leading dot only by a dot; the name ** is any number of folders. A folder on the way
/// that cannot be read is an error.
Result<std::vector<std::string>> ExpandGlob(const std::string& pattern);

}  // namespace flowlake
