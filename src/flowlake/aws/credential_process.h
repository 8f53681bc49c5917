/// Credentials that a program of the user's own prints, such as a company's vault.
/// "AWS SDKs and Tools Reference Guide", "Process credential provider".
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// A person may have to touch a key meanwhile.
constexpr int64_t kCredentialProcessMs = 60'000;

/// Runs the `credential_process` of a profile, without a shell, as AWS's command line
/// does: the line is split into words, and nothing in it is replaced. It has our standard
/// input, to ask something, and what it says beside its answer goes to our standard
/// error. After `timeout_ms` it is killed. Invalid names the profile, and has nothing of
/// the answer in it.
Result<AwsCredentials> RunCredentialProcess(const std::string& profile,
                                            const std::string& command,
                                            int64_t timeout_ms = kCredentialProcessMs);

}  // namespace flowlake
