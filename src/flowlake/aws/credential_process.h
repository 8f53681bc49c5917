/// Credentials that a program of the user's own prints, such as a company's vault.
/// "AWS SDKs and Tools Reference Guide", "Process credential provider".
#pragma once

#include <string>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Runs the `credential_process` of a profile by the shell, as AWS's tools do, and waits
/// for it; what it says beside its answer goes to our standard error. An IOError names
/// the profile, and has nothing of the answer in it.
Result<AwsCredentials> RunCredentialProcess(const std::string& profile,
                                            const std::string& command);

}  // namespace flowlake
