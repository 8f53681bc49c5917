/// Credentials of an EC2 instance's role, by version 2 of its metadata service (IMDS).
/// "Amazon EC2 User Guide", "Retrieve security credentials from instance metadata".
#pragma once

#include <optional>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// nullopt if this is no instance, if it has no role, or if $AWS_EC2_METADATA_DISABLED
/// says that it is not to be asked. A service that never answers costs two seconds in
/// all: outside of EC2 nobody has that address. IOError if it answers, but not properly.
///
/// While IMDS cannot reach what it asks itself, it goes on giving credentials that have
/// ended, and services go on taking them; those are handed over like others.
Result<std::optional<AwsCredentials>> AskInstance(HttpClient& http);

}  // namespace flowlake
