/// Calls of an AWS service that speaks AWS's JSON protocol, signed, and repeated where
/// the service asks for patience.
#pragma once

#include <memory>
#include <string>

#include "flowlake/aws/aws_credentials.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/aws/retry.h"
#include "flowlake/base/status.h"

namespace flowlake {

struct AwsService {
  std::string name;     ///< as it is signed: "athena"
  std::string target;   ///< what X-Amz-Target has before the operation: "AmazonAthena"
  std::string version;  ///< of the protocol: "1.0" or "1.1"
  std::string region;   ///< empty: what environment and profile say
  /// "http://127.0.0.1:7070"; empty: what environment and profile say, else AWS's.
  std::string endpoint;
};

/// Thread-safe.
class AwsJsonClient {
 public:
  /// Invalid if region, profile or endpoint are wrong.
  static Result<std::unique_ptr<AwsJsonClient>> Make(AwsService service);

  const AwsService& service() const { return service_; }

  /// The answer to `operation` with `input`, both JSON, after tries that `policy` allows.
  /// An IOError names the operation and what the service said; it is Invalid where the
  /// service calls the request that.
  Result<std::string> Call(const std::string& operation, const std::string& input,
                           const RetryPolicy& policy = {});

 private:
  explicit AwsJsonClient(AwsService service);

  Result<HttpResponse> Send(const std::string& operation, const std::string& input);

  const AwsService service_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

}  // namespace flowlake
