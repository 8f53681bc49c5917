#include "flowlake/aws/aws_host.h"

#include <algorithm>
#include <string_view>

namespace flowlake {

namespace {

struct Partition {
  std::string_view region_prefix;
  std::string_view domain;
  std::string_view dual_stack_domain;
};

// The last one is AWS's own, whose regions begin in many ways.
constexpr Partition kPartitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"", "amazonaws.com", "api.aws"}};

// In GovCloud the usual hosts of these are the validated ones.
constexpr std::string_view kAlwaysFips[] = {"kinesis", "portal.sso", "sqs", "sts"};

const Partition& PartitionOf(std::string_view region) {
  return *std::ranges::find_if(kPartitions, [&](const Partition& partition) {
    return region.starts_with(partition.region_prefix);
  });
}

bool IsAlwaysFips(std::string_view service, std::string_view region) {
  return region.starts_with("us-gov-") &&
         std::ranges::find(kAlwaysFips, service) != std::end(kAlwaysFips);
}

}  // namespace

Status CheckRegion(const std::string& region) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  constexpr size_t kMostOfLabel = 63;
  const bool is_name = !region.empty() && region.size() <= kMostOfLabel &&
                       region.find_first_not_of(kLetters) == region.npos &&
                       region.front() != '-' && region.back() != '-';
  if (is_name) return Status::OK();
  return Status::Invalid("'", region, "' is no region; one is written eu-west-1");
}

Result<std::string> ServiceUrl(const std::string& service, const std::string& region,
                               HostVariant variant) {
  ARROW_RETURN_NOT_OK(CheckRegion(region));
  const Partition& partition = PartitionOf(region);
  const bool says_fips =
      variant.fips && (variant.dual_stack || !IsAlwaysFips(service, region));
  const std::string_view domain =
      variant.dual_stack ? partition.dual_stack_domain : partition.domain;
  return "https://" + service + (says_fips ? "-fips." : ".") + region + "." +
         std::string(domain);
}

Status CheckS3Variant(const std::string& region, HostVariant variant) {
  if (!variant.fips || !region.starts_with("cn-")) return Status::OK();
  return Status::Invalid("S3 has no FIPS hosts in ", region);
}

std::string S3Host(const std::string& service, const std::string& region,
                   HostVariant variant) {
  return service + (variant.fips ? "-fips" : "") +
         (variant.dual_stack ? ".dualstack." : ".") + region + "." +
         std::string(PartitionOf(region).domain);
}

std::string RegionOfArn(const std::string& arn) {
  size_t at = 0;
  for (int colon = 0; colon < 3; ++colon) {
    at = arn.find(':', at);
    if (at == arn.npos) return {};
    ++at;
  }
  return arn.substr(at, arn.find(':', at) - at);
}

}  // namespace flowlake
