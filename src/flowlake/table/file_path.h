/// Paths of data files as a table's log spells them: relative URIs (RFC 2396), percent-
/// encoded. A log is foreign text; a path that would leave the table is refused.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// DecodeFilePath(EncodeFilePath(path)) == path for every path that stays in the table.
std::string EncodeFilePath(std::string_view path);

/// Invalid names the path and says why: it is absolute ("/data/x", "s3://bucket/x"), has
/// "..", also percent-encoded, or is not a URI.
Result<std::string> DecodeFilePath(std::string_view text);

}  // namespace flowlake
