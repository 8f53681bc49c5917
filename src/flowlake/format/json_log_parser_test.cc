#include "flowlake/format/json_log_parser.h"

#include <gtest/gtest.h>

#include "flowlake/format/cloudtrail_logs.h"
#include "flowlake/format/detect.h"
#include "flowlake/format/rows_as_json.h"

namespace flowlake {
namespace {

constexpr ParseLimits kLimits{1'798'761'600 * kMicrosPerSecond, 1 << 20};

std::string TableOf(std::string_view first_bytes, bool is_whole) {
  FormatOptions options;
  options.limits = kLimits;
  const auto parser = DetectParser(first_bytes, is_whole, options);
  return parser.ok() ? (*parser)->schema().table() : "";
}

TEST(JsonLogs, AreKnownByTheirFirstNamesHoweverLongTheRecordIs) {
  const std::string record =
      R"({"Records":[{"eventVersion":"1.11","userIdentity":{"type":"Root"},)"
      R"("eventTime":"2026-10-02T06:14:12Z","requestParameters":{"a":")" +
      std::string(kDetectBytes, 'x') + R"("},"eventID":"1"}]})";
  EXPECT_EQ(TableOf(record.substr(0, kDetectBytes), false), "cloudtrail");
  EXPECT_EQ(TableOf(record, true), "cloudtrail");
}

TEST(JsonLogs, NotificationsOfS3AreNone) {
  EXPECT_EQ(TableOf(R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3",)"
                    R"("eventTime":"2026-10-02T06:14:12.000Z","s3":{}}]})",
                    true),
            "");
}

/// A log with a list of values beside one of objects.
const LogKind& Listed() {
  static const LogKind log({.table = "listed",
                            .title = "listed log",
                            .fields = {{"time", ValueKind::kTime, "at"},
                                       {"tags", ValueKind::kJoined, "tags[]"},
                                       {"all_tags", ValueKind::kJson, "tags"},
                                       {"names", ValueKind::kJoined, "people[].name"}},
                            .account_column = "",
                            .region_column = ""});
  return log;
}

TEST(JsonLogs, ListsOfValuesAndOfObjectsAreJoined) {
  JsonLogParser parser(Listed(), {}, kLimits);
  const ParsedInput parsed = ParseInChunks(
      parser,
      R"({"at":1790000000,"tags":["a","b,c",3,null,true],"people":[{"name":"x"},7,)"
      R"({"name":"y","age":1}],"more":[1.5]} {"at":1790000001,"tags":"alone"})",
      1 << 20);
  ASSERT_EQ(parsed.rejects, std::vector<std::string>());
  ASSERT_EQ(parsed.rows.size(), 2U);
  EXPECT_EQ(parsed.rows[0], R"({"time":"2026-09-21 14:13:20","tags":"a,b,c,3,null,true",)"
                            R"("all_tags":"[\"a\",\"b,c\",3,null,true]","names":"x,y",)"
                            R"("extra":"{\"people[].age\":1,\"more\":[1.5]}"})");
  EXPECT_EQ(parsed.rows[1], R"({"time":"2026-09-21 14:13:21","all_tags":"alone"})");
}

TEST(JsonLogs, NumbersThatADoubleHoldsAreJsonHoweverTheyAreWritten) {
  const auto parse = [](const std::string& number) {
    JsonLogParser parser(Listed(), {}, kLimits);
    return ParseInChunks(parser, R"({"at":1790000000,"more":)" + number + "}", 1 << 20);
  };
  for (const std::string& number :
       {std::string("1e308"), std::string("-1.7976931348623157E+308"),
        std::string("1e-999"), "0." + std::string(400, '0') + "1",
        std::string(300, '9')}) {
    const ParsedInput parsed = parse(number);
    EXPECT_EQ(parsed.rejects, std::vector<std::string>()) << number;
    ASSERT_EQ(parsed.rows.size(), 1U) << number;
  }
  for (const std::string& number : {std::string("1e309"), std::string(400, '9')}) {
    EXPECT_EQ(parse(number).rejects.size(), 1U) << number;
  }
}

// The mark is not of the document that follows it, whose lines may come one by one.
TEST(JsonLogs, ADocumentOfSeveralLinesBehindAByteOrderMarkIsOneDocument) {
  const std::string input =
      "\xEF\xBB\xBF{\n \"at\": 1790000000,\n \"tags\": \"alone\"\n}\n";
  for (size_t chunk = 1; chunk <= input.size(); ++chunk) {
    JsonLogParser parser(Listed(), {}, kLimits);
    const ParsedInput parsed = ParseInChunks(parser, input, chunk);
    EXPECT_EQ(parsed.rejects, std::vector<std::string>()) << chunk;
    EXPECT_EQ(parsed.rows.size(), 1U) << chunk;
  }
}

}  // namespace
}  // namespace flowlake
