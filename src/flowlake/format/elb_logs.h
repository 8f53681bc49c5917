/// Access logs of AWS's load balancers.
/// Sources: AWS, "Access logs for your Classic Load Balancer", "Access logs for your
/// Application Load Balancer", "Connection logs for …", "Health check logs for …",
/// "Access logs for your Network Load Balancer".
#pragma once

#include "flowlake/format/log_kind.h"

namespace flowlake {

const LogKind& ElbLog();            ///< table `elb`: Classic, 15 fields
const LogKind& AlbLog();            ///< table `alb`: 34 fields, 18 in 2016
const LogKind& AlbConnectionLog();  ///< table `alb_connection`
const LogKind& AlbHealthLog();      ///< table `alb_health`
const LogKind& NlbLog();            ///< table `nlb`: TLS listeners, 22 fields

}  // namespace flowlake
