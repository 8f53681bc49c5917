#include "flowlake/ingest/flow_log_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/ingest/settings.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

std::string FlowLog(const std::string& group, const std::string& format) {
  return R"({"FlowLogId":"fl-1","LogDestinationType":"cloud-watch-logs","LogGroupName":")" +
         group + R"(","LogFormat":")" + format + "\"}";
}

Result<std::vector<FormatEntry>> Formats(const std::string& logs) {
  return FormatsOfFlowLogs(R"({"FlowLogs":[)" + logs + "]}");
}

TEST(FormatsOfFlowLogs, LogGroupsAndStreamsGetARuleAndBucketsNone) {
  const auto entries = Formats(
      FlowLog("/vpc/a", "${srcaddr} ${bytes}") + "," +
      FlowLog("/vpc/a", "${srcaddr} ${bytes}") +
      R"(,{"LogDestinationType":"s3","LogDestination":"arn:aws:s3:::b","LogFormat":"${srcaddr}"},
         {"LogDestinationType":"kinesis-data-firehose","LogFormat":"${dstaddr}",
          "LogDestination":"arn:aws:firehose:eu-west-1:1:deliverystream/flows"})");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2U);
  const std::string toml = WithFormats("# mine\n", *entries).ValueOrDie();
  EXPECT_EQ(toml,
            "# mine\n"
            "\n[[format]]\nlog_group = \"/vpc/a\"\nfields = \"${srcaddr} ${bytes}\"\n"
            "\n[[format]]\nstream = \"flows\"\nfields = \"${dstaddr}\"\n");
  const auto parsed =
      ConfigFile::Parse(toml, "flowlake.toml", ConfigOrigin::kLake).ValueOrDie();
  EXPECT_EQ(parsed.Sections("format").size(), 2U);
  EXPECT_EQ(WithFormats(toml, *entries).ValueOrDie(), toml) << "they are there";
}

TEST(FormatsOfFlowLogs, WhatContradictsItselfIsRefused) {
  EXPECT_THAT(Formats(FlowLog("/a", "${srcaddr}") + "," + FlowLog("/a", "${dstaddr}"))
                  .status()
                  .message(),
              HasSubstr("different formats"));
  EXPECT_THAT(Formats(FlowLog("/a", "${srcaddr")).status().message(), HasSubstr("fl-1"));
  EXPECT_THAT(FormatsOfFlowLogs("[]").status().message(),
              HasSubstr("describe-flow-logs"));
  const auto entries = Formats(FlowLog("/a", "${srcaddr}")).ValueOrDie();
  EXPECT_THAT(
      WithFormats("[[format]]\nlog_group = \"/a\"\nfields = \"dstaddr\"\n", entries)
          .status()
          .message(),
      HasSubstr("another format"));
}

TEST(FormatsOfFlowLogs, AFileThatCouldNotBeReadAgainIsNotMade) {
  std::string logs;
  for (int i = 0; i < 5000; ++i) {
    logs += (i == 0 ? "" : ",") + FlowLog("/vpc/" + std::to_string(i), "${srcaddr}");
  }
  EXPECT_THAT(WithFormats("", Formats(logs).ValueOrDie()).status().message(),
              HasSubstr("a file may have 4096"));
  const auto hostile = Formats(FlowLog("/a\\u007f", "${srcaddr}")).ValueOrDie();
  EXPECT_THAT(WithFormats("", hostile).status().message(), HasSubstr("flowlake.toml"));
}

}  // namespace
}  // namespace flowlake
