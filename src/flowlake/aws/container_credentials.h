/// Credentials of a container: ECS tasks, EKS pods. "AWS SDKs and Tools Reference Guide",
/// "Container credential provider".
#pragma once

#include <optional>
#include <string>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// From where $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI says; nullopt if
/// neither is set. Invalid if the URI may not be asked (CheckContainerUrl), IOError if it
/// does not answer after some tries; neither has a secret in it.
Result<std::optional<AwsCredentials>> AskContainer(HttpClient& http);

/// Invalid unless `url` is https, or http to loopback or the addresses at which ECS and
/// EKS answer: the token that is sent along, and the credentials that come, would be
/// readable on the way.
Status CheckContainerUrl(const std::string& url);

}  // namespace flowlake
