/// CloudFront's access logs: standard (version 1 and 2) and real-time.
/// Sources: AWS, "Standard logging (legacy)", "Standard logging reference", "Use
/// real-time access logs".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

/// Table `cloudfront`. A line without names before it has the 33 fields of version 1, or
/// the two more of version 2's default. Real-time logs have chosen fields: flowlake.toml
/// names them.
const LogKind& CloudFrontLog();

}  // namespace flowlake
