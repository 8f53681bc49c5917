/// Which names below a folder, on disk or in a bucket, are no logs.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace flowlake {

/// What AWS writes beside logs to see whether it may, and Spark and Athena leave there.
inline constexpr std::array<std::string_view, 5> kNoLogs = {
    "ELBAccessLogTestFile", "ELBConnectionLogTestFile", "ELBHealthCheckLogTestFile",
    "aws-logs-write-test", "_SUCCESS"};

/// CloudTrail's signed lists of hashes: a folder beside its logs, and files of that name.
inline constexpr std::string_view kDigest = "CloudTrail-Digest";

/// Hidden names are somebody's work in progress; "_"-folders are bookkeeping (a lake's
/// `_delta_log`, Spark's `_temporary`).
inline bool IsExcludedName(std::string_view name, bool is_folder) {
  if (is_folder) {
    return name.starts_with('.') || name.starts_with('_') || name == kDigest;
  }
  return name.starts_with('.') || name.find(kDigest) != name.npos ||
         std::ranges::find(kNoLogs, name) != kNoLogs.end();
}

/// A folder with one of these is a lake, or a table of one: below the logs (./lake is the
/// default) it is no input of itself.
inline constexpr std::array<std::string_view, 2> kLakeMarkers = {"flowlake.toml",
                                                                 "_delta_log"};

}  // namespace flowlake
