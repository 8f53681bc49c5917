#include "flowlake/format/message_scanner.h"

#include <gmock/gmock.h>

#include <string>

namespace flowlake {
namespace {

// What the scan adds, then the length it returns.
std::string Scan(size_t (*scan)(std::string_view, MessageBlock&), std::string_view text) {
  MessageBlock block(/*is_apart=*/false);
  block.BeginDocument({1, 0});
  const size_t length = scan(text, block);
  if (length == 0) block.DropDocument();
  std::string lines;
  for (const LineBlock& piece : block.blocks()) lines += piece.text;
  return lines + std::to_string(length);
}
std::string Message(std::string_view text) { return Scan(ScanMessage, text); }
std::string CloudWatch(std::string_view text) { return Scan(ScanCloudWatch, text); }

TEST(MessageScannerTest, TakesAMessageAndStopsBehindItsDocument) {
  EXPECT_EQ(Message(R"({"message":"a b"}{"message":"c"})"), "a b\n17");
  EXPECT_EQ(Message("{ \"x\" : [1, {\"y\":null}] ,\r\n\t\"message\" : \"a\" } "),
            "a\n45");
}

TEST(MessageScannerTest, LeavesADocumentThatIsNotOneMessage) {
  EXPECT_EQ(Message("{}"), "0");
  EXPECT_EQ(Message(""), "0");
  EXPECT_EQ(Message(R"({"message":1})"), "0");
  EXPECT_EQ(Message(R"({"message":"a","message":"b"})"), "0");
  EXPECT_EQ(Message(R"({"message":"a","mess\u0061ge":"b"})"), "0");
  EXPECT_EQ(Message(R"(["message"])"), "0");
}

TEST(MessageScannerTest, LeavesWhatIsNotJson) {
  for (const char* rest :
       {"", "]", ",}", ",\"x\"}", ",\"x\":}", ",\"x\":[1,]}", ",\"x\":01}", ",\"x\":-}",
        ",\"x\":nul}", ",\"x\":\"\\x\"}", ",\"x\":\"\\u00g0\"}", ",\"x\":\"\t\"}",
        ",\"x\":\"\xC0\"}", ",\"x\":{1:2}}", ",\"x\":1.}", ",\"x\":1e999}"}) {
    EXPECT_EQ(Message(std::string(R"({"message":"a")") + rest), "0") << rest;
  }
}

TEST(MessageScannerTest, LeavesNumbersThatMayNotFit) {
  EXPECT_EQ(Message(R"({"message":"a","x":-999999999999999999})"), "a\n39");
  EXPECT_EQ(Message(R"({"message":"a","x":-1.5e+99})"), "a\n28");
  EXPECT_EQ(Message(R"({"message":"a","x":1e308})"), "a\n25");
  EXPECT_EQ(Message(R"({"message":"a","x":1e-999})"), "a\n26");
  EXPECT_EQ(Message(R"({"message":"a","x":1e309})"), "0");
  EXPECT_EQ(Message(R"({"message":"a","x":)" + std::string(400, '9') + "}"), "0");
}

TEST(MessageScannerTest, EscapesStandForWhatTheyMean) {
  EXPECT_EQ(Message(R"({"message":"\"\\\/\b\r\t\u0041\u00e9\u20ac"})"),
            "\"\\/\b\r\tA\xC3\xA9\xE2\x82\xAC\n44");
  EXPECT_EQ(Message(R"({"message":"\ud83d\ude00"})"), "\xF0\x9F\x98\x80\n26");
  EXPECT_EQ(Message(R"({"message":"\ud83d"})"), "0");
  EXPECT_EQ(Message(R"({"message":"\ud83d\u0041"})"), "0");
  EXPECT_EQ(Message(R"({"message":"\ude00"})"), "0");
}

TEST(MessageScannerTest, ANewlineInAMessageEndsALineAndEmptyLinesAreNone) {
  EXPECT_EQ(Message(R"({"message":"a\n\nb\n"})"), "a\nb\n22");
  EXPECT_EQ(Message(R"({"message":""})"), "14");
}

TEST(MessageScannerTest, TakesTheMessagesOfAllEventsWithTheirPlace) {
  MessageBlock block(/*is_apart=*/false);
  block.BeginDocument({7, 70});
  const std::string_view text =
      R"({"logEvents":[{"id":"1","timestamp":-5,"message":"a"},)"
      R"({"message":"b","extractedFields":{"x":"y"}}],"messageType":"DATA_MESSAGE"})";
  EXPECT_EQ(ScanCloudWatch(text, block), text.size());
  const auto blocks = block.blocks();
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].text, "a\nb\n");
  ASSERT_EQ(blocks[0].places.size(), 2U);
  EXPECT_EQ(blocks[0].places[1].number, 7);
  EXPECT_EQ(blocks[0].places[1].offset, 70);
}

TEST(MessageScannerTest, MessagesThatAreApartAreBlocksOfTheirOwn) {
  MessageBlock block(/*is_apart=*/true);
  block.BeginDocument({1, 0});
  ScanMessage(R"({"message":"a\nb"})", block);
  block.BeginDocument({2, 9});
  ScanMessage(R"({"message":"dropped"})", block);
  block.DropDocument();
  ScanMessage(R"({"message":""})", block);
  ScanMessage(R"({"message":"c"})", block);
  const auto blocks = block.blocks();
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].text, "a\nb\n");
  EXPECT_EQ(blocks[0].places.size(), 2U);
  EXPECT_EQ(blocks[1].text, "c\n");
  EXPECT_EQ(blocks[1].places[0].number, 2);
}

TEST(MessageScannerTest, AControlMessageAddsNothingWhereverItSaysSo) {
  EXPECT_EQ(
      CloudWatch(R"({"logEvents":[{"message":"a"}],"messageType":"CONTROL_MESSAGE"})"),
      "63");
}

TEST(MessageScannerTest, LeavesACloudWatchDocumentThatIsIncomplete) {
  EXPECT_EQ(CloudWatch(R"({"logEvents":[]})"), "0");
  EXPECT_EQ(CloudWatch(R"({"messageType":"DATA_MESSAGE"})"), "0");
  EXPECT_EQ(CloudWatch(R"({"messageType":"DATA_MESSAGE","logEvents":[{}]})"), "0");
  EXPECT_EQ(CloudWatch(R"({"messageType":"DATA_MESSAGE","logEvents":{}})"), "0");
}

}  // namespace
}  // namespace flowlake
