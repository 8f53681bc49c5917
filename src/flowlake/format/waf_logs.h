/// WAF's logs of web requests.
/// Source: AWS, "Log fields for protection pack (web ACL) traffic".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

const LogKind& WafLog();  ///< table `waf`

}  // namespace flowlake
