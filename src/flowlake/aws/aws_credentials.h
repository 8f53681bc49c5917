/// AWS's usual chain of credentials, refreshed before they expire.
#pragma once

#include <memory>

#include "flowlake/aws/credential_cache.h"
#include "flowlake/aws/credential_search.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Thread-safe, as CredentialCache is.
class AwsCredentialChain {
 public:
  AwsCredentialChain(CredentialOptions options, std::shared_ptr<HttpClient> http);

  /// As FindCredentials() finds them.
  Result<AwsCredentials> Get() { return cache_.Get(); }

 private:
  CredentialCache cache_;
};

}  // namespace flowlake
