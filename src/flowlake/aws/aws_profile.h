/// The files ~/.aws/config and ~/.aws/credentials, as AWS's own tools read them.
/// "AWS SDKs and Tools Reference Guide", "Shared config and credentials files".
#pragma once

#include <map>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// The settings of one profile of both files; those of the credentials file win.
using AwsProfile = std::map<std::string, std::string>;

/// Empty if the profile, or the files, are not there. IOError if one is there and cannot
/// be read.
Result<AwsProfile> ReadAwsProfile(const std::string& name);

/// $AWS_PROFILE, else "default".
std::string DefaultAwsProfile();

/// The variable's value; empty if it is not set.
std::string EnvironmentVariable(const char* name);

}  // namespace flowlake
