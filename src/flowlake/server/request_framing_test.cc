#include "flowlake/server/request_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {

namespace {

using ::testing::HasSubstr;

std::string Described(const std::optional<std::string>& fault) {
  return fault.value_or("nothing");
}

/// A header as libmicrohttpd leaves it: `parts` of `bytes` in their order, of which the
/// first is the version, and the others are names and values.
ReceivedHeader HeaderOf(std::string_view bytes, std::vector<std::string_view> parts) {
  ReceivedHeader header{bytes, {}, {}};
  size_t from = 0;
  for (std::string_view& part : parts) {
    const size_t at = bytes.find(part, from);
    part = bytes.substr(at, part.size());
    from = at + part.size();
  }
  header.version = parts[0];
  for (size_t i = 1; i + 1 < parts.size(); i += 2) {
    header.fields.emplace_back(parts[i], parts[i + 1]);
  }
  return header;
}

using namespace std::string_view_literals;

TEST(RequestFraming, LinesThatEndInCrLfAreInOrder) {
  const auto header = HeaderOf("GET\0/\0HTTP/1.1\0\0Host\0 x\0\0X\0\t y z\0\0\0\0"sv,
                               {"HTTP/1.1", "Host", "x", "X", "y z"});
  EXPECT_EQ(Described(FindLineFault(header)), "nothing");
  EXPECT_EQ(Described(FindFieldFault(header)), "nothing");
}

TEST(RequestFraming, ALineFeedAloneIsFound) {
  for (const std::string_view bytes :
       {"GET\0/\0HTTP/1.1\0Host\0 x\0\0\0\0"sv, "GET\0/\0HTTP/1.1\0\0Host\0 x\0\0\0"sv,
        "GET\0/\0HTTP/1.1\0\0Host\0 x\0\0"sv}) {
    const auto header = HeaderOf(bytes, {"HTTP/1.1", "Host", "x"});
    EXPECT_NE(Described(FindLineFault(header)), "nothing") << bytes;
  }
}

TEST(RequestFraming, ANulThatHidesWhatFollowsIsFound) {
  const auto header = HeaderOf("GET\0/\0HTTP/1.1\0\0Host\0 x\0\0\0\0hidden\0\0\0\0"sv,
                               {"HTTP/1.1", "Host", "x"});
  EXPECT_NE(Described(FindLineFault(header)), "nothing");
}

TEST(RequestFraming, AFieldThatWasPutTogetherElsewhereIsFound) {
  auto header =
      HeaderOf("GET\0/\0HTTP/1.1\0\0Host\0 x\0\0\0\0"sv, {"HTTP/1.1", "Host", "x"});
  const std::string elsewhere = "x folded";
  header.fields[0].second = elsewhere;
  EXPECT_THAT(Described(FindLineFault(header)), HasSubstr("more than one line"));
}

std::string FaultOf(std::vector<std::pair<std::string_view, std::string_view>> fields,
                    std::string_view version = "HTTP/1.1") {
  return Described(FindFieldFault({{}, version, std::move(fields)}));
}

TEST(RequestFraming, ALengthIsSaidOnceAndInDigits) {
  EXPECT_EQ(FaultOf({{"Content-Length", "5"}}), "nothing");
  for (const std::string_view length : {"", "+5", "-5", "0x5", "5,5", "5 ", "5b"}) {
    EXPECT_THAT(FaultOf({{"Content-Length", length}}), HasSubstr("no number")) << length;
  }
  EXPECT_THAT(FaultOf({{"Content-Length", "5"}, {"content-length", "5"}}),
              HasSubstr("twice"));
}

TEST(RequestFraming, AnEncodingIsChunkedOnceAndWithoutALength) {
  EXPECT_EQ(FaultOf({{"Transfer-Encoding", "Chunked"}}), "nothing");
  EXPECT_THAT(FaultOf({{"Transfer-Encoding", "gzip, chunked"}}),
              HasSubstr("not chunked"));
  EXPECT_THAT(FaultOf({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}),
              HasSubstr("both"));
  EXPECT_THAT(FaultOf({{"Transfer-Encoding", "chunked"}}, "HTTP/1.0"),
              HasSubstr("HTTP/1.0"));
}

TEST(RequestFraming, NamesAndValuesHaveNoOtherCharacters) {
  EXPECT_EQ(FaultOf({{"X-Y_z.1", "caf\xc3\xa9 \t;=\""}}), "nothing");
  for (const std::string_view name : {"", "X ", " X", "X\t", "X(", "X\xc3"}) {
    EXPECT_THAT(FaultOf({{name, "y"}}), HasSubstr("name")) << name;
  }
  for (const std::string_view value : {"a\rb", "a\nb", "a\x01", "\x7f"}) {
    EXPECT_THAT(FaultOf({{"X", value}}), HasSubstr("control")) << value;
  }
}

TEST(RequestFraming, ARequestLineHasNoControlCharacters) {
  EXPECT_EQ(Described(FindFieldFault({{}, "HTTP/1.1", {}, "GET", "/a b"})), "nothing");
  EXPECT_THAT(Described(FindFieldFault({{}, "HTTP/1.1", {}, "\rGET", "/"})),
              HasSubstr("method"));
  EXPECT_THAT(Described(FindFieldFault({{}, "HTTP/1.1", {}, "GET", "/\r"})),
              HasSubstr("request line"));
}

TEST(RequestFraming, WhatDecidesSomethingComesOnceAndTheOthersAsOftenAsTheyLike) {
  EXPECT_EQ(FaultOf({{"Via", "a"}, {"Via", "b"}}), "nothing");
  EXPECT_THAT(FaultOf({{"Host", "a"}, {"host", "b"}}), HasSubstr("host comes twice"));
  EXPECT_THAT(
      FaultOf({{"X-Amz-Firehose-Access-Key", "a"}, {"x-amz-firehose-access-key", "a"}}),
      HasSubstr("twice"));
}

}  // namespace
}  // namespace flowlake
