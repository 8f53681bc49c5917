/// AWS's usual chain of credentials, refreshed before they expire.
#pragma once

#include <memory>

#include "flowlake/aws/credential_cache.h"
#include "flowlake/aws/credential_search.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Thread-safe, as CredentialCache is. Chains of the same options share what they found
/// as long as one of them is there: a process that opens ten buckets asks once, and so
/// does a `credential_process` that asks a person.
class AwsCredentialChain {
 public:
  AwsCredentialChain(const CredentialOptions& options, std::shared_ptr<HttpClient> http);

  /// As FindCredentials() finds them.
  Result<AwsCredentials> Get() { return cache_->Get(); }

 private:
  const std::shared_ptr<CredentialCache> cache_;
};

}  // namespace flowlake
