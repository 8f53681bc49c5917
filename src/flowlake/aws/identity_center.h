/// Credentials of a person who has signed in by `aws sso login`. "AWS SDKs and Tools
/// Reference Guide", "IAM Identity Center credential provider"; "IAM Identity Center
/// Portal API Reference", GetRoleCredentials.
#pragma once

#include <optional>
#include <string>

#include "flowlake/aws/aws_settings.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// nullopt if the profile has neither `sso_account_id` nor `sso_role_name`. The token is
/// the one that AWS's command line keeps in ~/.aws/sso/cache. Invalid if a setting is
/// missing, or contradicts its [sso-session]; IOError if there is no token, or none any
/// more: it is not refreshed here, `aws sso login` does that.
Result<std::optional<AwsCredentials>> AskIdentityCenter(const std::string& profile,
                                                        const AwsSettings& settings,
                                                        HttpClient& http);

}  // namespace flowlake
