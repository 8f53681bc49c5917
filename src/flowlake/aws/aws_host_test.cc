// What botocore makes of the same.
#include "flowlake/aws/aws_host.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr HostVariant kFips = {.fips = true};
constexpr HostVariant kDualStack = {.dual_stack = true};
constexpr HostVariant kBoth = {.fips = true, .dual_stack = true};

std::string UrlOf(const char* service, const char* region, HostVariant variant = {}) {
  return ServiceUrl(service, region, variant).ValueOrDie();
}

TEST(ServiceUrl, IsOfTheRegionsPartition) {
  EXPECT_EQ(UrlOf("sts", "eu-west-1"), "https://sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(UrlOf("sts", "cn-north-1"), "https://sts.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(UrlOf("sqs", "us-iso-east-1"), "https://sqs.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(UrlOf("sqs", "us-isob-east-1"), "https://sqs.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(UrlOf("sts", "eusc-de-east-1"), "https://sts.eusc-de-east-1.amazonaws.eu");
}

TEST(ServiceUrl, IsOfTheVariant) {
  EXPECT_EQ(UrlOf("athena", "us-east-1", kFips),
            "https://athena-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(UrlOf("portal.sso", "us-east-1", kDualStack),
            "https://portal.sso.us-east-1.api.aws");
  EXPECT_EQ(UrlOf("sts", "cn-north-1", kBoth),
            "https://sts-fips.cn-north-1.api.amazonwebservices.com.cn");
  EXPECT_EQ(UrlOf("sts", "us-gov-west-1", kFips),
            "https://sts.us-gov-west-1.amazonaws.com");
}

TEST(ServiceUrl, RefusesARegionThatWouldChangeTheHost) {
  for (const char* region : {"", "x.evil.com/", "evil.com#", "eu west", "EU-WEST-1", "-a",
                             "a@b", "a\r\nHost: b", "a/../b"}) {
    EXPECT_TRUE(ServiceUrl("sts", region, {}).status().IsInvalid()) << region;
  }
}

TEST(S3Host, HasItsOwnDualStackNames) {
  EXPECT_EQ(S3Host("s3", "eu-west-3", {}), "s3.eu-west-3.amazonaws.com");
  EXPECT_EQ(S3Host("s3", "cn-north-1", kDualStack),
            "s3.dualstack.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(S3Host("s3-accesspoint", "us-east-1", kBoth),
            "s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com");
}

TEST(CheckS3Variant, KnowsThatChinaHasNoFips) {
  EXPECT_TRUE(CheckS3Variant("cn-north-1", kBoth).IsInvalid());
  EXPECT_TRUE(CheckS3Variant("cn-north-1", kDualStack).ok());
  EXPECT_TRUE(CheckS3Variant("us-east-1", kBoth).ok());
}

TEST(RegionOfArn, IsItsFourthPart) {
  EXPECT_EQ(RegionOfArn("arn:aws:s3:eu-west-3:1:accesspoint/x"), "eu-west-3");
  EXPECT_EQ(RegionOfArn("arn:aws:s3::1:accesspoint/x"), "");
  EXPECT_EQ(RegionOfArn("bucket"), "");
}

}  // namespace
}  // namespace flowlake
