/// Credentials of a person who has signed in by `aws sso login`. "AWS SDKs and Tools
/// Reference Guide", "IAM Identity Center credential provider"; "IAM Identity Center
/// Portal API Reference", GetRoleCredentials.
#pragma once

#include <optional>
#include <string>

#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// nullopt if the profile has no `sso_account_id`. The token is the one that AWS's
/// command line keeps in ~/.aws/sso/cache; an IOError says if there is none, or none any
/// more. It is not refreshed here: `aws sso login` does that.
Result<std::optional<AwsCredentials>> AskIdentityCenter(const std::string& name,
                                                        const AwsProfile& profile,
                                                        HttpClient& http);

}  // namespace flowlake
