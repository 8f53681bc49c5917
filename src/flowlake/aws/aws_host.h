/// The names of AWS's hosts: the one place that knows how they are put together, for
/// every partition (China's, GovCloud's, the isolated ones). Source: the endpoint rules
/// and partitions.json of botocore.
#pragma once

#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// Which of a service's hosts.
struct HostVariant {
  bool fips = false;        ///< with cryptography validated after FIPS 140
  bool dual_stack = false;  ///< IPv4 and IPv6
};

/// Invalid unless `region` can be part of a host's name: "eu-west-1".
Status CheckRegion(const std::string& region);

/// "https://sts-fips.us-east-1.amazonaws.com" of ("sts", "us-east-1"). Invalid if
/// CheckRegion() says so.
Result<std::string> ServiceUrl(const std::string& service, const std::string& region,
                               HostVariant variant);

/// Invalid where S3 has no such hosts.
Status CheckS3Variant(const std::string& region, HostVariant variant);

/// The host of S3 that follows the bucket: "s3-fips.dualstack.eu-west-1.amazonaws.com" of
/// "s3", or of "s3-accesspoint". The region must have passed CheckRegion().
std::string S3Host(const std::string& service, const std::string& region,
                   HostVariant variant);

/// The region of an ARN; empty if `arn` is none, or names none.
std::string RegionOfArn(const std::string& arn);

}  // namespace flowlake
