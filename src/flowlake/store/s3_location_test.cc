#include "flowlake/store/s3_location.h"

#include <gmock/gmock.h>

#include <tuple>

namespace flowlake {
namespace {

using testing::HasSubstr;

S3Location InParis(const std::string& bucket) {
  S3Location location;
  location.bucket = bucket;
  location.region = "eu-west-3";
  return location;
}

TEST(UrlOf, NamesTheBucketInTheHost) {
  EXPECT_EQ(UrlOf(InParis("logs"), "a/b c+d=\xC3\xA9"),
            "https://logs.s3.eu-west-3.amazonaws.com/a/b%20c%2Bd%3D%C3%A9");
}

TEST(UrlOf, NamesABucketWithDotsInThePath) {
  EXPECT_EQ(UrlOf(InParis("my.logs"), "a"),
            "https://s3.eu-west-3.amazonaws.com/my.logs/a");
}

TEST(UrlOf, FollowsTheLocation) {
  S3Location location = InParis("logs");
  location.fips = true;
  location.dual_stack = true;
  EXPECT_EQ(UrlOf(location, ""),
            "https://logs.s3-fips.dualstack.eu-west-3.amazonaws.com/");
  location.endpoint = "http://127.0.0.1:7070";
  EXPECT_EQ(UrlOf(location, "a"), "http://logs.127.0.0.1:7070/a");
  location.path_style = true;
  EXPECT_EQ(UrlOf(location, "a"), "http://127.0.0.1:7070/logs/a");
}

TEST(UrlOf, GoesToTheAccessPointOfAnArn) {
  EXPECT_EQ(UrlOf(InParis("arn:aws:s3:eu-west-3:123456789012:accesspoint/ours"), "a"),
            "https://ours-123456789012.s3-accesspoint.eu-west-3.amazonaws.com/a");
}

TEST(LocateS3, SplitsTheUri) {
  const auto split = [](const std::string& uri) {
    const S3Location location = LocateS3(uri).ValueOrDie();
    return location.bucket + "|" + location.prefix;
  };
  EXPECT_EQ(split("s3://logs"), "logs|");
  EXPECT_EQ(split("s3://logs/a/b//"), "logs|a/b");
  EXPECT_EQ(split("s3://arn:aws:s3:eu-west-3:1:accesspoint/x/a"),
            "arn:aws:s3:eu-west-3:1:accesspoint/x|a");
  EXPECT_TRUE(LocateS3("s3:///a").status().IsInvalid());
}

TEST(LocateS3, RefusesABucketThatWouldBeAnotherHost) {
  for (const char* uri :
       {"s3://evil#/a", "s3://evil?x", "s3://evil:443#", "s3://user@evil", "s3://a%23",
        "s3://a b/c", "s3://a\\b", "s3://arn:evil/a", "s3://arn:443",
        "s3://arn:aws:s3:r:1:accesspoint", "s3://arn:aws:s3:r:1:x:accesspoint/y"}) {
    EXPECT_TRUE(LocateS3(uri).status().IsInvalid()) << uri;
  }
}

TEST(LocateS3, AnAccessPointsRegionIsItsArns) {
  const S3Location location =
      LocateS3("s3://arn:aws:s3:eu-west-3:1:accesspoint/x").ValueOrDie();
  EXPECT_EQ(location.region, "eu-west-3");
}

Status Configure(const std::string& toml, S3Location& location) {
  ARROW_ASSIGN_OR_RAISE(const ConfigFile config,
                        ConfigFile::Parse(toml, "x.toml", ConfigOrigin::kHost));
  return ConfigureLocation(config, location);
}

TEST(ConfigureLocation, TheLongestMatchCounts) {
  S3Location location = InParis("logs");
  location.prefix = "AWSLogs";
  const Status status = Configure(
      "[[location]]\nmatch = 's3://logs/*'\nregion = 'long'\n"
      "[[location]]\nmatch = 's3://*'\nregion = 'short'\npath_style = true\n"
      "[[location]]\nmatch = 's3://logs/other'\nregion = 'other'\n",
      location);
  EXPECT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(location.region, "long");
  EXPECT_FALSE(location.path_style);
}

TEST(ConfigureLocation, WithoutAMatchNothingChanges) {
  S3Location location = InParis("logs");
  EXPECT_TRUE(
      Configure("[[location]]\nmatch = 's3://log'\nregion = 'x'\n", location).ok());
  EXPECT_EQ(location.region, "eu-west-3");
}

TEST(ConfigureLocation, EveryKeyOfTheTableChangesTheLocation) {
  const auto shown = [](const S3Location& at) {
    const CredentialOptions& who = at.credentials;
    return testing::PrintToString(
        std::make_tuple(at.region, at.endpoint, at.path_style, at.dual_stack, at.fips,
                        at.requester_pays, at.expected_bucket_owner, at.encryption,
                        at.kms_key, who.profile, who.role_arn, who.external_id));
  };
  for (const ConfigKey& key : config_table::kKeys) {
    if (key.section != "location" || key.name == "match") continue;
    const std::string value = key.type == ConfigType::kFlag ? "true" : "'x'";
    S3Location location = InParis("logs");
    const Status status = Configure(
        "[[location]]\nmatch = 's3://*'\n" + std::string(key.name) + " = " + value + "\n",
        location);
    EXPECT_TRUE(status.ok()) << status.message();
    EXPECT_NE(shown(location), shown(InParis("logs"))) << key.name;
  }
}

TEST(ConfigureLocation, WhatIsWrongIsNamed) {
  const auto error = [](const std::string& toml) {
    S3Location location = InParis("logs");
    const Status status = Configure(toml, location);
    EXPECT_TRUE(status.IsInvalid());
    return status.message();
  };
  const std::string ours = "[[location]]\nmatch = 's3://*'\n";
  EXPECT_THAT(error("[[location]\n"), HasSubstr("x.toml, line 1"));
  EXPECT_THAT(error("[[location]]\nregion = 'x'\n"), HasSubstr("'match'"));
  EXPECT_THAT(error(ours + "regoin = 'x'\n"), HasSubstr("'regoin'"));
  EXPECT_THAT(error(ours + "path_style = 'yes'\n"), HasSubstr("true or false"));
  EXPECT_THAT(error(ours + "region = 3\n"), HasSubstr("is a string"));
}

}  // namespace
}  // namespace flowlake
