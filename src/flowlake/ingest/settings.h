/// Of the lake's `flowlake.toml`, or this host's: which format inputs have that do not
/// say it themselves, and kinds of log that flowlake does not bring along
/// (ingest/log_settings.h).
///
///   [[format]]
///   match = "*/firehose/*"
///   fields = "${version} ${account-id} …"   # AWS's notation, or a list of names
///
/// A [[format]] and a [[log]] have exactly one of these rules:
///   match      a glob (fnmatch, * crosses /) of the input's name, as messages show it
///   prefix     the beginning of a key, without the bucket: "firehose/vpc/"
///   log_group  a glob of the log group, of what came through CloudWatch Logs
///   stream     a glob of the name or ARN of the Kinesis or Firehose stream
///   attribute  a glob of a common attribute of the Firehose stream, "log-type=vpc-v5"
/// The first [[log]] that fits decides, else the first [[format]].
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"
#include "flowlake/format/user_log.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// What of an input a rule looks at.
enum class RuleSubject { kName, kKeyPrefix, kLogGroup, kStream, kAttribute };

struct InputRule {
  RuleSubject subject = RuleSubject::kName;
  std::string pattern;

  bool Matches(const Input& input) const;
};

struct FormatRule : InputRule {
  std::vector<std::string> fields;  ///< canonical names
};

struct LogRule : InputRule {
  std::shared_ptr<const UserLog> log;
  std::string text;  ///< the definition, as it stands there
};

struct LakeSettings {
  std::vector<FormatRule> formats;
  std::vector<LogRule> logs;

  /// nullptr if none of the user's logs fits.
  const UserLog* LogFor(const Input& input) const;
  /// By what the input is read: the fields of the first [[format]] that fits, or the text
  /// of the [[log]] that does; empty if none does.
  std::vector<std::string> FieldsFor(const Input& input) const;
};

/// Adds the rules of the file behind those of `settings`. Invalid names file, line and
/// what is wrong with it.
Status AddSettings(const ConfigFile& config, LakeSettings& settings);

/// Those of the host's file (config/host_config.h), then those of the lake's, so that
/// what the host says decides. Without either, there are no rules.
Result<LakeSettings> ReadSettings(const Lake& lake);

}  // namespace flowlake
