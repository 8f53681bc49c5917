#include "flowlake/aws/aws_profile.h"

#include <gmock/gmock.h>

namespace flowlake {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

AwsProfiles Profiles(std::string_view config, std::string_view credentials = {}) {
  return AwsProfiles::Parse(config, credentials).ValueOrDie();
}

TEST(AwsProfiles, ASettingOfTheCredentialsFileWins) {
  const auto profiles =
      Profiles("[profile x]\nregion = a\nrole_arn = b\n", "[x]\nregion = c\n");
  EXPECT_THAT(profiles.Profile("x"),
              UnorderedElementsAre(Pair("region", "c"), Pair("role_arn", "b")));
  EXPECT_THAT(profiles.OfCredentialsFile("x"), UnorderedElementsAre(Pair("region", "c")));
}

TEST(AwsProfiles, HeadersSayWhatASectionIs) {
  const auto profiles = Profiles(
      "[default]\na = 1\n[profile x]\n[profile \"y z\"]\n[w]\n[sso-session s]\nb = 2\n"
      "[services v]\nc = 3\n",
      "[u]\n[profile t]\n");
  for (const char* name : {"default", "x", "y z", "u"}) {
    EXPECT_TRUE(profiles.Has(name)) << name;
  }
  for (const char* name : {"w", "s", "v", "t", "y"}) {
    EXPECT_FALSE(profiles.Has(name)) << name;
  }
  EXPECT_THAT(*profiles.SsoSession("s"), UnorderedElementsAre(Pair("b", "2")));
  EXPECT_THAT(*profiles.Services("v"), UnorderedElementsAre(Pair("c", "3")));
  EXPECT_EQ(profiles.SsoSession("v"), nullptr);
}

TEST(AwsProfiles, AProfileThatIsNotThereIsEmpty) {
  EXPECT_THAT(Profiles("[profile x]\na = b\n").Profile("y"), IsEmpty());
}

TEST(AwsProfiles, AMalformedFileIsAnError) {
  EXPECT_TRUE(AwsProfiles::Parse("[profile x]\n", "nonsense\n").status().IsInvalid());
  EXPECT_TRUE(AwsProfiles::Parse("[profile x\n", "").status().IsInvalid());
}

}  // namespace
}  // namespace flowlake
