/// Roles that the Security Token Service gives. "AWS Security Token Service API
/// Reference", AssumeRole and AssumeRoleWithWebIdentity.
#pragma once

#include <string>

#include "flowlake/aws/aws_settings.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Members that are empty are not sent.
struct RoleRequest {
  std::string role_arn;
  std::string session_name;  ///< empty: $AWS_ROLE_SESSION_NAME, else "flowlake"
  std::string external_id;
  std::string duration_seconds;  ///< digits
};

/// Errors are IOErrors that name the role and what STS said, escaped; none has a secret
/// in it. What passes (throttling, a lost connection) is tried again for some seconds.
class StsClient {
 public:
  /// Asks in `region`. Both must outlive this.
  StsClient(const AwsSettings& settings, HttpClient& http, std::string region);

  Result<AwsCredentials> AssumeRole(const RoleRequest& request,
                                    const AwsCredentials& base) const;

  /// With the token in `token_file`, which says who asks.
  Result<AwsCredentials> AssumeRoleWithWebIdentity(const RoleRequest& request,
                                                   const std::string& token_file) const;

 private:
  struct Address {
    std::string url;
    std::string signing_region;
  };

  Result<Address> Locate() const;
  Result<AwsCredentials> Ask(const RoleRequest& request, const std::string& body,
                             const AwsCredentials* base) const;

  const AwsSettings& settings_;
  HttpClient& http_;
  const std::string region_;
};

}  // namespace flowlake
