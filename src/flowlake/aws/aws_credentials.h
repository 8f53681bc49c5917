/// AWS's usual chain of credentials, refreshed before they expire.
/// "AWS SDKs and Tools Reference Guide", "Standardized credential providers":
/// environment, web identity, profile (a role with its source, IAM Identity Center, keys,
/// a process), container, instance.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

struct CredentialOptions {
  std::string profile;      ///< of the shared files; empty: $AWS_PROFILE, else "default"
  std::string role_arn;     ///< assumed with what the chain found; empty: none
  std::string external_id;  ///< what that role's owner asks for; may be empty
  std::string region;       ///< of the STS endpoint; required
};

/// Thread-safe: of many callers one asks, the others wait for it.
class AwsCredentialChain {
 public:
  AwsCredentialChain(CredentialOptions options, std::shared_ptr<HttpClient> http);

  /// Valid for some minutes more. An IOError says where credentials were looked for; no
  /// message has a secret in it.
  Result<AwsCredentials> Get();

 private:
  const CredentialOptions options_;
  const std::shared_ptr<HttpClient> http_;
  std::mutex mutex_;
  AwsCredentials current_;  // guarded by mutex_
};

}  // namespace flowlake
