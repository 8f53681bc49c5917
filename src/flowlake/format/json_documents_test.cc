#include "flowlake/format/json_documents.h"

#include <gmock/gmock.h>

#include <random>

#include "flowlake/format/json_comparison.h"

namespace flowlake {
namespace {
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::string kMessage =
    R"({"message":"2 123456789010 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1439387263 )"
    R"(1439387264 ACCEPT OK"})";

std::string CloudWatch(int events) {
  std::string text = R"({"messageType":"DATA_MESSAGE","logEvents":[)" + kMessage;
  for (int i = 1; i < events; ++i) text += "," + kMessage;
  return text + "]}";
}

TEST(JsonDocumentsTest, ADocumentLargerThanTheSampleIsDetected) {
  const std::string input = CloudWatch(1000);
  const auto parser =
      DetectParser(input.substr(0, kDetectBytes), false, JsonOptions()).ValueOrDie();
  EXPECT_EQ(parser->description(), "vpc flow log, CloudWatch Logs documents");
  EXPECT_THAT(ParseInChunks(*parser, input, 50'000).rows, SizeIs(1000));
}

TEST(JsonDocumentsTest, ADocumentWithoutEndIsGivenUpAndReadingGoesOn) {
  const std::string open = R"({"message":{"x":)" + std::string(9000, ' ') + "\n";
  const std::string input = kMessage + open + kMessage + "\n" + kMessage;
  const auto parser = DetectParser(input, true, JsonOptions(1000)).ValueOrDie();
  EXPECT_EQ(parser->Frame(open, false), open.size());
  const ParsedInput result = ParseInChunks(*parser, input, 500);
  EXPECT_THAT(result.rows, SizeIs(3));
  EXPECT_THAT(result.rejects, ElementsAre(HasSubstr("too_long")));
}

TEST(JsonDocumentsTest, DepthIsBounded) {
  const std::string deep = R"({"srcaddr":"a","x":)" + std::string(100'000, '[') +
                           std::string(100'000, ']') + "}\n";
  const std::string input = R"({"srcaddr":"a","bytes":1})" + deep;
  const auto parser = DetectParser(input, true, JsonOptions()).ValueOrDie();
  const ParsedInput result = ParseInChunks(*parser, input, input.size());
  EXPECT_THAT(result.rows, SizeIs(1));
  EXPECT_THAT(result.rejects, ElementsAre(HasSubstr("not_json")));
}

// Damages a text a little, so that most of it stays what it was.
class Damage {
 public:
  std::string Apply(std::string text) {
    for (size_t i = Below(3); i-- > 0;) DamageOnce(text);
    return text;
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }

  void DamageOnce(std::string& text) {
    static constexpr std::string_view kPieces[] = {
        "\"",          "\\",       "{",       "}",    "[",  "]",   ",",
        ":",           "\n",       " ",       "0",    "-",  ".5",  "e9",
        "\\n",         "\\u0000",  "\\ud800", "\xC3", "é",  "1",   "nul",
        "\"message\"", "\"x\":1,", "null,",   "\\\"", "\t", "true"};
    const size_t at = Below(text.size());
    const size_t length = Below(4) == 0 ? Below(40) : Below(3);
    const size_t kind = Below(3);
    std::string piece(kPieces[Below(std::size(kPieces))]);
    if (kind == 1) piece = text.substr(Below(text.size()), Below(60));
    text.replace(at, kind == 2 ? 0 : length, piece);
    if (text.empty()) text = "{";
  }

  std::mt19937 random_;
};

void ExpectTheSameEitherWay(const std::string& input) {
  ASSERT_TRUE(FramersAgree(input)) << input;
  const ParsedInput obvious = ParseJsonObviously(input);
  for (const size_t chunk : {input.size() + 1, input.size() / 3 + 1}) {
    const ParsedInput parsed = ParseJson(input, chunk);
    ASSERT_EQ(parsed.rows, obvious.rows) << input;
    ASSERT_EQ(parsed.rejects, obvious.rejects) << input;
    ASSERT_EQ(parsed.error, obvious.error) << input;
    if (!obvious.error.empty()) return;
  }
}

TEST(JsonDocumentsTest, DamagedDocumentsGiveTheSameTheFastAndTheObviousWay) {
  const std::string named =
      R"({"version":2,"srcaddr":"10.0.0.1","bytes":5,"x":true,"y":-7,"z":"a\tb"})";
  const std::string bare = R"({"srcaddr":"10.0.0.2","action":null,"z":"-"})";
  Damage damage;
  for (int i = 0; i < 3000; ++i) {
    ExpectTheSameEitherWay(damage.Apply(CloudWatch(3) + CloudWatch(1) + "\n"));
    ExpectTheSameEitherWay(damage.Apply(kMessage + "\n" + kMessage + kMessage));
    ExpectTheSameEitherWay(damage.Apply(named + "\n" + named + bare + "\n" + named));
    if (HasFatalFailure()) return;
  }
}

TEST(JsonDocumentsTest, RowsAndRejectsComeInTheOrderOfTheInput) {
  const std::string bad = R"({"message":"bad"})";
  const std::string odd = R"({"message":1.5})";
  const std::string input =
      kMessage + kMessage + "\n" + bad + "\n" + odd + bad + "\n" + kMessage;
  const ParsedInput result = ParseJson(input, input.size());
  EXPECT_EQ(result, ParseJsonObviously(input));
  EXPECT_THAT(result.rows, SizeIs(3));
  EXPECT_THAT(result.rejects,
              ElementsAre(AllOf(HasSubstr("\"line\":2"), HasSubstr("field_count")),
                          AllOf(HasSubstr("\"line\":3"), HasSubstr("not_json")),
                          AllOf(HasSubstr("\"line\":3"), HasSubstr("field_count"))));
}

// A record of a load balancer may hold line feeds inside quotes: only of its own message.
TEST(JsonDocumentsTest, AnOpenQuoteDoesNotSwallowTheMessageBehindIt) {
  const std::string begin =
      R"({"message":"http 2026-10-02T06:14:12.5Z app/e/0a1b2c3d4e5f6071 203.0.113.24:1 )"
      R"(10.4.2.18:80 0.0 0.1 0.0 200 200 34 366 \"GET http://e:80/ HTTP/1.1\" \"agent)";
  const std::string record =
      begin + R"(\" - - arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/0 )"
              R"(\"Root=1-68de1a2b\" \"-\" \"-\" -1 2026-10-02T06:14:12.4Z \"forward\" )"
              R"(\"-\" \"-\" \"10.4.2.18:80\" \"200\" \"-\" \"-\" TID_01"})";
  for (const std::string quote : {R"(\")", R"(\\\"\")", "", R"(\\\")"}) {
    const std::string input = record + begin + quote +
                              R"("}{"message":"no record\" - -"}{"message":"none"})" +
                              record;
    const ParsedInput result = ParseJson(input, input.size());
    EXPECT_EQ(result, ParseJsonObviously(input)) << input;
    EXPECT_THAT(result.rows, SizeIs(2)) << input;
    EXPECT_THAT(result.rejects, SizeIs(3)) << input;
  }
}

TEST(JsonDocumentsTest, ARecordCutShortInAMessageDoesNotSwallowTheMessageBehindIt) {
  const std::string record =
      R"({"message":"{\"eventVersion\":\"1.11\",\"userIdentity\":{\"type\":\"Root\"},)"
      R"(\"eventTime\":\"2026-10-02T06:14:12Z\",\"eventID\":\"1\"}"},)";
  const std::string input = R"({"messageType":"DATA_MESSAGE","logEvents":[)" + record +
                            R"({"message":"{\"eventVersion\":"},)" + record +
                            R"({"message":"}"},)" + record + R"({"message":""}]})";
  const ParsedInput result = ParseJson(input, input.size());
  EXPECT_EQ(result, ParseJsonObviously(input));
  EXPECT_THAT(result.rows, SizeIs(3));
  EXPECT_THAT(result.rejects, ElementsAre(HasSubstr("not_json")));
}

TEST(JsonDocumentsTest, NamedMembersMayBeMissingChangeOrderAndComeBack) {
  const std::string input = R"({"srcaddr":"a","dstaddr":"b","bytes":1,"new":"x"})"
                            R"({"srcaddr":"a","bytes":2})"
                            R"({"bytes":3,"srcaddr":"a"})"
                            R"({"bytes":"4","srcaddr":"\u0061","new":7})";
  const ParsedInput result = ParseJson(input, input.size());
  EXPECT_EQ(result, ParseJsonObviously(input));
  EXPECT_THAT(result.rows,
              ElementsAre(HasSubstr(R"({\"new\":\"x\"})"), R"({"srcaddr":"a","bytes":2})",
                          R"({"srcaddr":"a","bytes":3})", HasSubstr("7")));
  EXPECT_THAT(result.rejects, SizeIs(0));
}

TEST(DocumentFramerTest, BothFramersSeeStringsAcrossBlocksOf64Bytes) {
  for (size_t i = 0; i < 140; ++i) {
    const std::string text =
        R"({"a":")" + std::string(i, ' ') + R"(\\\"}{\\","b":{"c":{}}} {"d)";
    EXPECT_TRUE(FramersAgree(text));
    EXPECT_EQ(NextPiece(text, 0).end, text.size() - 4);
    EXPECT_TRUE(FramersAgree(text + "\\\n\\\"}"));
    EXPECT_TRUE(FramersAgree(R"({\"a":)" + text));
  }
}

TEST(DocumentFramerTest, BracesInStringsDoNotCount) {
  const std::string text = R"( {"a":"}\"}{","b":{}}{)";
  const Piece piece = NextPiece(text, 0);
  EXPECT_EQ(piece.kind, PieceKind::kDocument);
  EXPECT_EQ(text.substr(piece.begin, piece.end - piece.begin), R"({"a":"}\"}{","b":{}})");
  EXPECT_EQ(NextPiece(text, piece.end).kind, PieceKind::kOpen);
}

TEST(DocumentFramerTest, ClosesWhatWasCutShort) {
  EXPECT_EQ(CloseDocument(R"({"a":[{"b":"]"},{"c)"), R"({"a":[{"b":"]"}]})");
  EXPECT_EQ(CloseDocument(R"({"a":[)"), "");
}

}  // namespace
}  // namespace flowlake
