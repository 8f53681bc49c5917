/// Access logs of AWS's load balancers.
/// Sources: AWS, "Access logs for your Classic Load Balancer", "Access logs for your
/// Application Load Balancer", "Connection logs for …", "Health check logs for …",
/// "Access logs for your Network Load Balancer".
#pragma once

#include "flowlake/format/positional_log.h"

namespace flowlake {

const PositionalLog& ElbLog();            ///< table `elb`: Classic, 15 fields
const PositionalLog& AlbLog();            ///< table `alb`: 34 fields, 18 in 2016
const PositionalLog& AlbConnectionLog();  ///< table `alb_connection`
const PositionalLog& AlbHealthLog();      ///< table `alb_health`
const PositionalLog& NlbLog();            ///< table `nlb`: TLS listeners, 22 fields

}  // namespace flowlake
