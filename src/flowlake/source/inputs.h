/// From names on the command line to the inputs they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// One object with log records.
struct Input {
  std::string name;   ///< as it is opened and shown: a path, or "-" for stdin
  int64_t bytes = 0;  ///< as stored (compressed); -1 if unknown
  /// Stdin, a pipe (`<(zcat …)`) or a device: can be read once, from front to back.
  bool is_stream = false;
  /// Read from AWS's file name or key layout, where it has one.
  std::optional<Date> date;
  std::string account;
  std::string region;
};

/// Restricts folders that have AWS's key layout, plain or Hive-style:
///   [AWSLogs/][<organisation>/]<account>/vpcflowlogs/<region>/YYYY/MM/DD/[HH/]
///   aws-account-id=<a>/aws-service=…/aws-region=<r>/year=YYYY/month=MM/day=DD/[hour=HH/]
/// Only the matching folders are visited. Empty members restrict nothing.
struct Selection {
  std::optional<Date> from;  ///< inclusive
  std::optional<Date> to;    ///< inclusive
  std::vector<std::string> accounts;
  std::vector<std::string> regions;
};

/// Files and pipes as they are, folders recursively (without hidden files, "_"-folders,
/// lakes and other Delta tables), globs (*, ?, [a-z], **), "-" for stdin. Sorted by name
/// within an argument, each input once. The selection holds for all of them.
/// A path or glob that names nothing, a lake, or a folder that cannot be read, is an
/// error that names it. Not an error: a folder without inputs, or without one in the
/// selection.
Result<std::vector<Input>> ListInputs(const std::vector<std::string>& arguments,
                                      const Selection& selection);

/// What AWS's layouts and file names say about `path`: date, account, region.
Input DescribePath(const std::string& path);

}  // namespace flowlake
