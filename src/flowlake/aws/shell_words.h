/// Words of a line, as a POSIX shell splits them, and nothing else of a shell: no
/// variables, no substitution, no comments. It is what Python's shlex.split() does, by
/// which AWS's command line reads `credential_process` and the headers of its files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// "sh 'a b' c\ d" → {"sh", "a b", "c d"}. Invalid if a quote or a backslash has no end.
Result<std::vector<std::string>> SplitShellWords(std::string_view text);

}  // namespace flowlake
