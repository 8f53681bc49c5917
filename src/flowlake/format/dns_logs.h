/// Route 53 Resolver's query logs.
/// Source: AWS, "Values that appear in Resolver query logs".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

const LogKind& DnsLog();  ///< table `dns`

}  // namespace flowlake
