#include "flowlake/aws/aws_credentials.h"

#include <utility>

namespace flowlake {

AwsCredentialChain::AwsCredentialChain(CredentialOptions options,
                                       std::shared_ptr<HttpClient> http)
    : cache_([options = std::move(options), http = std::move(http)] {
        return FindCredentials(options, *http);
      }) {}

}  // namespace flowlake
