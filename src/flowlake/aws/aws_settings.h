/// What environment and profile say about every AWS service: the region, and where its
/// services are reached. "AWS SDKs and Tools Reference Guide", "Service-specific
/// endpoints", "Dual-stack and FIPS endpoints", "AWS STS Regional endpoints".
#pragma once

#include <string>

#include "flowlake/aws/aws_host.h"
#include "flowlake/aws/aws_profile.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Immutable.
class AwsSettings {
 public:
  /// Of `profile`; if that is empty, of $AWS_PROFILE, else of "default". Invalid if a
  /// profile that is asked for by name is in neither file, if it names an [sso-session]
  /// that is not there, or if a file is malformed: nothing is done as somebody else
  /// instead.
  static Result<AwsSettings> Read(const std::string& profile = {});

  const std::string& profile_name() const { return profile_name_; }
  const AwsProfiles& profiles() const { return profiles_; }

  /// $AWS_REGION, $AWS_DEFAULT_REGION, the profile's, else us-east-1.
  std::string region() const;

  /// $AWS_USE_FIPS_ENDPOINT, use_fips_endpoint; $AWS_USE_DUALSTACK_ENDPOINT, ….
  HostVariant host_variant() const;

  /// $AWS_ENDPOINT_URL_<ID>, $AWS_ENDPOINT_URL, that of the profile's `services` section,
  /// its endpoint_url; without '/' at its end. Empty if there is none, or all of them are
  /// to be ignored. `id` is as the variable has it: "STS". Invalid if it is no URL, or if
  /// a `services` section is named that is not there.
  Result<std::string> ConfiguredEndpoint(const std::string& id) const;

  /// The configured endpoint, else AWS's host: Endpoint("SSO", "portal.sso", region).
  Result<std::string> Endpoint(const std::string& id, const std::string& service,
                               const std::string& region) const;

  /// Whether STS is asked at its one global host where a region has no choice:
  /// $AWS_STS_REGIONAL_ENDPOINTS or sts_regional_endpoints is "legacy".
  bool uses_global_sts() const;

 private:
  Status CheckSession() const;
  /// The variable, else the profile's setting; empty if there is neither.
  std::string Setting(const char* variable, const char* name) const;
  bool Flag(const char* variable, const char* name) const;
  Result<std::string> EndpointOfServices(const std::string& id) const;

  AwsProfiles profiles_;
  AwsProfile profile_;
  std::string profile_name_;
};

}  // namespace flowlake
