/// AWS's usual chain: where credentials are looked for, and in which order. "AWS SDKs and
/// Tools Reference Guide", "Standardized credential providers"; the order is boto3's.
#pragma once

#include <compare>
#include <string>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

struct CredentialOptions {
  std::string profile;      ///< of the shared files; empty: $AWS_PROFILE, else "default"
  std::string role_arn;     ///< assumed with what the chain found; empty: none
  std::string external_id;  ///< what that role's owner asks for; may be empty
  std::string region;       ///< of the STS endpoint; required

  auto operator<=>(const CredentialOptions&) const = default;
};

/// One pass through the chain. What is configured and cannot be had is an error, never a
/// reason to look further: Invalid where a configuration is wrong or there are none at
/// all, IOError where a service failed. No message has a secret in it.
Result<AwsCredentials> FindCredentials(const CredentialOptions& options,
                                       HttpClient& http);

}  // namespace flowlake
