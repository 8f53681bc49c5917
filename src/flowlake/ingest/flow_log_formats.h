/// The format rules that AWS knows already: of every flow log that delivers lines without
/// a header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

/// A [[format]] of flowlake.toml.
struct FormatEntry {
  std::string subject;  ///< "log_group" or "stream"
  std::string pattern;
  std::string fields;  ///< AWS's notation

  std::string ToToml() const;
};

/// The rules of `json`, what `aws ec2 describe-flow-logs` prints; each log group or
/// stream once. Flow logs in S3 need none: their files have headers. Invalid if it is
/// something else, or if a format is malformed.
Result<std::vector<FormatEntry>> FormatsOfFlowLogs(std::string_view json);

/// The lake's `toml` with those of `entries` behind it that it does not have. Invalid if
/// it has another format for one of them, is malformed, or would be with them.
Result<std::string> WithFormats(const std::string& toml,
                                const std::vector<FormatEntry>& entries);

}  // namespace flowlake
