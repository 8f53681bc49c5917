/// What AWS's S3 key layouts say about the objects below a folder.
///   plain [<prefix>/]AWSLogs/[<o-id>/]<account>/vpcflowlogs/<region>/YYYY/MM/DD/[HH/]
///         …/<account>/elasticloadbalancing|CloudTrail[-Insight]/<region>/YYYY/MM/DD/
///         …/<account>/WAFLogs/<region>/<web ACL>/YYYY/MM/DD/HH/mm/
///         …/<account>/vpcdnsquerylogs/<vpc>/YYYY/MM/DD/
///   S3 access  <prefix>YYYY-MM-DD-hh-mm-ss-<hash>
///   CloudFront [<prefix>/]<distribution>.YYYY-MM-DD-HH.<hash>.gz
///   Hive-style
///   …/aws-account-id=<a>/aws-service=…/aws-region=<r>/year=YYYY/month=MM/day=DD/ file
///   name     <account>_vpcflowlogs_<region>_<fl-id>_<YYYYMMDD>T<HHmm>Z_<hash>.log.gz
/// Source: AWS, "Publish flow logs to Amazon S3", "Flow log files".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/date.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// As much as a key, or the beginning of one, says. An unset member is not known (yet).
struct KeyParts {
  std::string account;
  std::string region;
  std::optional<int> year;
  std::optional<int> month;
  std::optional<int> day;

  /// The day, if year, month and day are known and exist.
  std::optional<Date> date() const;
};

/// Reads the folders of `path` from left to right, and its last name as a file name.
KeyParts ParseKey(std::string_view path);

/// What the name of a file that AWS delivered says about its window.
struct DeliveredFile {
  std::string flow_log;  ///< "<account>_vpcflowlogs_<region>_<fl-id>"
  int64_t minute = 0;    ///< the end of the window, minutes since the epoch
};
/// nullopt if the last name of `path` is not of that form.
std::optional<DeliveredFile> ParseDelivery(std::string_view path);

/// Whether an object with these parts can be in `selection`; unknown parts always can. A
/// folder of a year or a month can, if one of its days can.
bool MayBeSelected(const KeyParts& parts, const Selection& selection);

}  // namespace flowlake
