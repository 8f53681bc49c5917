/// What one profile of ~/.aws says about whose credentials to use. "AWS SDKs and Tools
/// Reference Guide", "Assume role credential provider" and the others; their order is
/// boto3's.
#pragma once

#include <optional>
#include <string>

#include "flowlake/aws/aws_settings.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// What is needed to ask for credentials. All must outlive the asking.
struct CredentialContext {
  const AwsSettings& settings;
  HttpClient& http;
  const std::string& region;  ///< of STS
};

/// A role with its source, a web identity, IAM Identity Center, keys, a process: the
/// first of them that the profile names. nullopt if it names none. If one is named that
/// cannot be had, that is an error which says so, and no other is looked for: Invalid
/// where the files are wrong, IOError where a service did not give what it was asked for.
///
/// If `uses_environment`, the variables of a web identity ($AWS_WEB_IDENTITY_TOKEN_FILE,
/// $AWS_ROLE_ARN, $AWS_ROLE_SESSION_NAME) come before the profile's settings of it.
Result<std::optional<AwsCredentials>> AskProfile(const std::string& name,
                                                 bool uses_environment,
                                                 const CredentialContext& context);

/// $AWS_ACCESS_KEY_ID and what belongs to it; nullopt if it is not set. Invalid if its
/// secret is missing.
Result<std::optional<AwsCredentials>> ReadEnvironmentCredentials();

}  // namespace flowlake
