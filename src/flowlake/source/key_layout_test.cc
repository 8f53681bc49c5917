#include "flowlake/source/key_layout.h"

#include <gtest/gtest.h>

#include "flowlake/source/exclusion.h"

namespace flowlake {
namespace {

struct Known {
  const char* key;
  const char* account;
  const char* region;
  const char* date;
};

constexpr Known kKeys[] = {
    {"p/AWSLogs/o-abcdefghij/111122223333/CloudTrail/eu-west-1/2026/10/02/"
     "111122223333_CloudTrail_eu-west-1_20261002T0615Z_abcdefghij123456.json.gz",
     "111122223333", "eu-west-1", "2026-10-02"},
    {"111122223333_CloudTrail_us-gov-west-1_20261002T0615Z_abcdefghij123456.json.gz",
     "111122223333", "us-gov-west-1", "2026-10-02"},
    {"AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/10/02/x.json.gz",
     "111122223333", "us-east-1", "2026-10-02"},
    {"AWSLogs/111122223333/WAFLogs/eu-west-1/my_acl/2026/10/02/06/15/"
     "111122223333_waflogs_eu-west-1_my_acl_20261002T0615Z_hash.log.gz",
     "111122223333", "eu-west-1", "2026-10-02"},
    {"AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1b/2026/10/02/"
     "vpc-0a1b_vpcdnsquerylogs_111122223333_20261002T0615Z_hash.log.gz",
     "111122223333", "", "2026-10-02"},
    {"cdn/E2ABCDEF123456.2026-10-02-06.0123abcd.gz", "", "", "2026-10-02"},
    {"AWSLogs/111122223333/CloudFront/E2ABCDEF123456/2026/10/02/06/"
     "E2ABCDEF123456.2026-10-02-06.0123abcd.parquet",
     "111122223333", "", "2026-10-02"},
    {"AWSLogs/aws-account-id=111122223333/CloudFront/DistributionId=E2ABCDEF123456/"
     "year=2026/month=10/day=02/hour=06/x.gz",
     "111122223333", "", "2026-10-02"},
    {"logs/access2026-10-02-06-14-13-0123456789ABCDEF", "", "", "2026-10-02"},
    {"AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/10/02/x.log.gz",
     "111122223333", "eu-west-1", "2026-10-02"},
};

TEST(ParseKey, KnowsTheLayoutOfEachLog) {
  for (const Known& known : kKeys) {
    const KeyParts parts = ParseKey(known.key);
    EXPECT_EQ(parts.account, known.account) << known.key;
    EXPECT_EQ(parts.region, known.region) << known.key;
    ASSERT_TRUE(parts.date().has_value()) << known.key;
    EXPECT_EQ(FormatDate(*parts.date()), known.date) << known.key;
  }
}

TEST(ParseKey, NamesThatOnlyLookLikeItSayNothing) {
  for (const char* key : {"E.2026-10-02.x", "Exx.2026-10-02-066.x.gz", "a_b_c_d_e",
                          "E2ABCDEF123456.2026-10-0x-06.0123abcd.gz"}) {
    EXPECT_FALSE(ParseKey(key).date().has_value()) << key;
  }
}

TEST(IsExcludedName, LeavesOutDigestsOfCloudTrail) {
  EXPECT_TRUE(IsExcludedName("CloudTrail-Digest", true));
  EXPECT_TRUE(IsExcludedName(
      "111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20261002T061500Z.json.gz",
      false));
  EXPECT_FALSE(IsExcludedName("CloudTrail", true));
}

}  // namespace
}  // namespace flowlake
