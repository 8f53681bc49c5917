/// The lake's `flowlake.toml`: which format inputs have that do not say it themselves.
///
///   [[format]]
///   match = "*/firehose/*"      # exactly one of these, each a glob (fnmatch, * crosses
///   /): # match      the input's name, as messages show it # prefix     the beginning of
///   a key, without the bucket: "firehose/vpc/" # log_group  the log group, of what came
///   through CloudWatch Logs # stream     the name or ARN of the Kinesis or Firehose
///   stream # attribute  a common attribute of the Firehose stream, "log-type=vpc-v5"
///   fields = "${version} ${account-id} …"   # AWS's notation, or a list of names
///
/// The first rule that fits decides.
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// What of an input a rule looks at.
enum class RuleSubject { kName, kKeyPrefix, kLogGroup, kStream, kAttribute };

struct FormatRule {
  RuleSubject subject = RuleSubject::kName;
  std::string pattern;
  std::vector<std::string> fields;  ///< canonical names

  bool Matches(const Input& input) const;
};

struct LakeSettings {
  std::vector<FormatRule> formats;

  /// The fields of the first rule that matches `input`; empty if none does.
  std::vector<std::string> FieldsFor(const Input& input) const;
};

/// Invalid names file, line and what is wrong with it.
Result<LakeSettings> ParseSettings(const std::string& toml);

/// A lake without the file has default settings.
Result<LakeSettings> ReadSettings(const Lake& lake);

}  // namespace flowlake
