/// The files ~/.aws/config and ~/.aws/credentials, as AWS's own tools read them.
/// "AWS SDKs and Tools Reference Guide", "Shared config and credentials files"; where it
/// is silent, as boto3 does.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "flowlake/aws/ini_file.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// The settings of one profile, by name in lower case.
using AwsProfile = IniSettings;

/// The sections of both files. Immutable.
class AwsProfiles {
 public:
  /// Of $AWS_CONFIG_FILE and $AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/config and
  /// ~/.aws/credentials. A file that is not there has no sections. Invalid names the file
  /// and the line that is wrong; IOError if a file cannot be read.
  static Result<AwsProfiles> Read();

  /// Of the files' texts.
  static Result<AwsProfiles> Parse(std::string_view config, std::string_view credentials);

  bool Has(const std::string& profile) const;

  /// Of both files; a setting of the credentials file wins. Empty if there is no such.
  AwsProfile Profile(const std::string& name) const;

  /// Of one file only: a key and its secret are never taken from two.
  AwsProfile OfConfigFile(const std::string& profile) const;
  AwsProfile OfCredentialsFile(const std::string& profile) const;

  /// [sso-session x] and [services x] of the config file; nullptr if there is no such.
  /// Valid as long as this.
  const IniSettings* SsoSession(const std::string& name) const;
  const IniSettings* Services(const std::string& name) const;

 private:
  using Sections = std::map<std::string, IniSettings>;

  Status AddConfig(std::string_view text);
  Status AddCredentials(std::string_view text);

  Sections config_;       // profiles, by name
  Sections credentials_;  // profiles, by name
  Sections sso_sessions_;
  Sections services_;
};

/// Where the files are looked for.
std::string AwsConfigPath();
std::string AwsCredentialsPath();

/// The variable's value; empty if it is not set.
std::string EnvironmentVariable(const char* name);

}  // namespace flowlake
