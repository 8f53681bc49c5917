#include "flowlake/ingest/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

using testing::HasSubstr;

Result<LakeSettings> ParseSettings(const std::string& toml) {
  LakeSettings settings;
  ARROW_ASSIGN_OR_RAISE(const ConfigFile config,
                        ConfigFile::Parse(toml, "flowlake.toml", ConfigOrigin::kLake));
  ARROW_RETURN_NOT_OK(AddSettings(config, settings));
  return settings;
}

TEST(ParseSettings, RulesLookAtWhatTheySay) {
  const auto settings = ParseSettings(R"(
[[format]]
log_group = "/vpc/*"
fields = "srcaddr"
[[format]]
stream = "flows"
fields = "dstaddr"
[[format]]
attribute = "log-type=v5"
fields = "srcport"
[[format]]
prefix = "firehose/"
fields = "dstport"
)")
                            .ValueOrDie();
  const auto fields = [&](const std::string& name, const Origin& origin) {
    Input input;
    input.name = name;
    input.origin = origin;
    const auto found = settings.FieldsFor(input);
    return found.empty() ? "" : found[0];
  };
  EXPECT_EQ(fields("x", {.log_group = "/vpc/a"}), "srcaddr");
  EXPECT_EQ(fields("x", {.stream = "arn:aws:kinesis:eu-west-1:1:stream/flows"}),
            "dstaddr");
  EXPECT_EQ(fields("x", {.attributes = {{"log-type", "v5"}}}), "srcport");
  EXPECT_EQ(fields("s3://bucket/firehose/2026/x", {}), "dstport");
  EXPECT_EQ(fields("s3://firehose/2026/x", {}), "");
}

TEST(ParseSettings, WrongKeysAreNamedWithTheirLine) {
  EXPECT_THAT(ParseSettings("\nfoo = 1\n").status().message(), HasSubstr("line 2"));
  EXPECT_THAT(ParseSettings("[[format]]\nmatch = \"*\"\n").status().message(),
              HasSubstr("fields"));
  EXPECT_THAT(ParseSettings("x = ").status().message(), HasSubstr("flowlake.toml"));
  EXPECT_TRUE(ParseSettings("# nothing\n").ok());
}

}  // namespace
}  // namespace flowlake
