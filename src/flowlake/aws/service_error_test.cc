#include "flowlake/aws/service_error.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

HttpResponse Refusal(std::string body) {
  HttpResponse response;
  response.status = 400;
  response.body = std::move(body);
  return response;
}

std::string CodeAndMessage(const HttpResponse& response) {
  const ServiceError error = ServiceErrorOf(response);
  return error.code + "|" + error.message;
}

TEST(ServiceErrorOf, ReadsXmlAndJson) {
  EXPECT_EQ(CodeAndMessage(Refusal("<?xml version='1.0'?><Error><Code>NoSuchKey</Code>"
                                   "<Message>gone</Message></Error>")),
            "NoSuchKey|gone");
  EXPECT_EQ(CodeAndMessage(Refusal("<ErrorResponse><Error><Code>A</Code></Error>"
                                   "</ErrorResponse>")),
            "A|");
  EXPECT_EQ(CodeAndMessage(Refusal(R"({"__type": "com.x#B:http://y", "message": "m"})")),
            "B|m");
  EXPECT_EQ(CodeAndMessage(Refusal(R"({"Code": "C", "Message": "n"})")), "C|n");
  for (const char* nothing : {"", "<", "{", "[1]", "{\"__type\": 3}", "text"}) {
    EXPECT_EQ(CodeAndMessage(Refusal(nothing)), "|") << nothing;
  }
}

TEST(DescribeRefusal, IsOneShortLine) {
  EXPECT_EQ(DescribeRefusal(Refusal("")), "HTTP 400");
  EXPECT_EQ(
      DescribeRefusal(Refusal("{\"code\": \"A\", \"message\": \"b\\u001b[2J\\n\"}")),
      "HTTP 400 A: b\\x1b[2J\\n");
  const std::string longest = DescribeRefusal(
      Refusal("{\"code\": \"A\", \"message\": \"" + std::string(100'000, 'x') + "\"}"));
  EXPECT_LT(longest.size(), 500);
}

}  // namespace
}  // namespace flowlake
