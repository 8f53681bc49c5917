/// Calls of an AWS service that speaks AWS's JSON protocol, signed, and repeated where
/// the service asks for patience.
#pragma once

#include <memory>
#include <string>

#include "flowlake/aws/aws_credentials.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

struct AwsService {
  std::string name;     ///< as it is signed: "athena"
  std::string target;   ///< what X-Amz-Target has before the operation: "AmazonAthena"
  std::string version;  ///< of the protocol: "1.0" or "1.1"
  std::string region;
  /// "http://127.0.0.1:7070"; empty: $AWS_ENDPOINT_URL_<NAME>, $AWS_ENDPOINT_URL, AWS's.
  std::string endpoint;
};

/// Thread-safe.
class AwsJsonClient {
 public:
  explicit AwsJsonClient(AwsService service);

  const AwsService& service() const { return service_; }

  /// The answer to `operation` with `input`, both JSON. An IOError names the operation
  /// and what the service said; it is Invalid where the service calls the request that.
  Result<std::string> Call(const std::string& operation, const std::string& input);

 private:
  Result<HttpResponse> Send(const std::string& operation, const std::string& input);
  Status Explain(const std::string& operation, const HttpResponse& response) const;

  const AwsService service_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

/// The region of an ARN; empty if `arn` is none.
std::string RegionOfArn(const std::string& arn);

}  // namespace flowlake
