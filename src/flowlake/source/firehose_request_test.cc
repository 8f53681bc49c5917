#include "flowlake/source/firehose_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Result<FirehoseRequest> Parse(std::string_view body) {
  return ParseFirehoseRequest(body);
}

TEST(ParseFirehoseRequest, RecordsAreDecodedInTheirOrder) {
  const auto request = Parse(
      R"({"requestId":"ed4acda5-034f-9f42-bba1-f29aea6d7d8f","timestamp":1578090903599,)"
      R"("records":[{"data":"aGVsbG8="},{"data":"aGVsbG8gd29ybGQ="},{"data":""}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->request_id, "ed4acda5-034f-9f42-bba1-f29aea6d7d8f");
  EXPECT_EQ(request->timestamp_ms, 1578090903599);
  EXPECT_THAT(request->records, ElementsAre("hello", "hello world", ""));
}

TEST(ParseFirehoseRequest, MembersMayStandInAnyOrderAndMoreMayBeThere) {
  const auto request = Parse(
      R"( {"records":[{"x":{"y":[1]},"data":"aGVsbG8=","z":2}],"new":null,"requestId":"r"} )");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->request_id, "r");
  EXPECT_THAT(request->records, ElementsAre("hello"));
}

TEST(ParseFirehoseRequest, AnythingElseIsRefused) {
  for (const char* body :
       {"", " ", "{}", "[]", "null", "1", "{", R"({"requestId":"r","records":[})",
        R"({"requestId":1,"records":[]})", R"({"requestId":"r","records":{}})",
        R"({"requestId":"r","records":[1]})", R"({"requestId":"r","records":[{}]})",
        R"({"requestId":"r","records":[{"data":1}]})",
        R"({"requestId":"r","records":[{"data":"???"}]})",
        R"({"requestId":"r","records":[]} {})", R"({"requestId":"r","timestamp":"x"})"}) {
    EXPECT_THAT(Parse(body).status().message(), HasSubstr("no Firehose request")) << body;
  }
}

TEST(ParseFirehoseRequest, EscapedSlashesAreSlashes) {
  const auto request = Parse(R"({"requestId":"r","records":[{"data":"\/\/\/\/"}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->records, ElementsAre("\xFF\xFF\xFF"));
}

TEST(ParseFirehoseRequest, TooManyRecordsAreRefused) {
  std::string body = R"({"requestId":"r","records":[{"data":""})";
  for (size_t i = 0; i < kMaxFirehoseRecords; ++i) body += R"(,{"data":""})";
  EXPECT_THAT(Parse(body + "]}").status().message(), HasSubstr("more than 10000"));
}

TEST(ParseFirehoseRequest, AnyPrefixAndAnyFlippedByteIsAnAnswerOrARefusal) {
  const std::string body =
      R"({"requestId":"r","timestamp":1,"records":[{"data":"aGVsbG8="},{"data":"aA=="}]})";
  for (size_t size = 0; size < body.size(); ++size) {
    const std::string prefix = body.substr(0, size);
    EXPECT_FALSE(Parse(prefix).ok()) << prefix;
  }
  std::mt19937 random(3);
  for (int i = 0; i < 10'000; ++i) {
    std::string flipped = body;
    flipped[random() % body.size()] = static_cast<char>(random());
    ARROW_UNUSED(Parse(flipped));
  }
}

TEST(ParseCommonAttributes, AnObjectOfTextsIsTaken) {
  EXPECT_THAT(ParseCommonAttributes(R"({"commonAttributes":{"log-type":"vpc","a":"b"}})")
                  .ValueOrDie(),
              testing::UnorderedElementsAre(Pair("log-type", "vpc"), Pair("a", "b")));
  EXPECT_THAT(ParseCommonAttributes(R"({"commonAttributes":{}})").ValueOrDie(),
              IsEmpty());
  EXPECT_FALSE(ParseCommonAttributes("").ok());
  EXPECT_FALSE(ParseCommonAttributes("{}").ok());
  EXPECT_FALSE(ParseCommonAttributes(R"({"commonAttributes":{"a":1}})").ok());
}

TEST(FirehoseAnswer, ItIsWhatFirehoseReads) {
  EXPECT_EQ(FirehoseAnswer("r", 5), R"({"requestId":"r","timestamp":5})");
  EXPECT_EQ(FirehoseAnswer("r", 5, "why"),
            R"({"requestId":"r","timestamp":5,"errorMessage":"why"})");
}

}  // namespace
}  // namespace flowlake
