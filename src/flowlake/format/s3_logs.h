/// Server access logs of S3.
/// Source: AWS, "Amazon S3 server access log format".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

/// Table `s3_access`: 27 fields of today, 17 of the oldest. What a client sends stands in
/// quotes that are not escaped: it cannot forge the fields beside.
const LogKind& S3Log();

}  // namespace flowlake
