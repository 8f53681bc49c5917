#include "flowlake/source/delivered_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>

#include "flowlake/source/gunzip.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kGzip = 15 + 16;
constexpr int kZlib = 15;

/// By zlib, which this program does not use.
std::string Zip(const std::string& plain, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string zipped(plain.size() + 200, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(zipped.data());
  stream.avail_out = static_cast<uInt>(zipped.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  zipped.resize(stream.total_out);
  deflateEnd(&stream);
  return zipped;
}

std::string Document(const std::string& group, const std::string& message) {
  return R"({"messageType":"DATA_MESSAGE","owner":"1","logGroup":")" + group +
         R"(","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":")" +
         message + R"("}]})";
}

std::vector<RecordGroup> Group(const std::vector<std::string>& records) {
  const std::vector<std::string_view> views(records.begin(), records.end());
  return GroupRecords(views);
}

TEST(Unzip, GzipMembersAndZlibStreamsGiveTheirBytes) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(Unzip(Zip(text, kGzip), 1 << 20).ValueOrDie(), text);
  EXPECT_EQ(Unzip(Zip(text, kZlib), 1 << 20).ValueOrDie(), text);
  EXPECT_EQ(Unzip(Zip("a", kGzip) + Zip("b", kGzip), 10).ValueOrDie(), "ab");
  EXPECT_EQ(Unzip(Zip("", kZlib), 10).ValueOrDie(), "");
}

TEST(Unzip, BombsAndDamageAreRefused) {
  const std::string text(100'000, 'x');
  for (const int kind : {kGzip, kZlib}) {
    std::string zipped = Zip(text, kind);
    EXPECT_THAT(Unzip(zipped, 99'999).status().message(), HasSubstr("more than 99999"));
    EXPECT_EQ(Unzip(zipped, 100'000).ValueOrDie().size(), 100'000U);
    EXPECT_FALSE(Unzip(zipped.substr(0, zipped.size() - 1), 1 << 20).ok());
    zipped[zipped.size() - 3] ^= 1;
    EXPECT_FALSE(Unzip(zipped, 1 << 20).ok());
  }
}

TEST(GroupRecords, LinesAreJoinedWithALineFeedWhereTheyHaveNone) {
  const auto groups = Group({"one", "two\n", "{\"message\":\"x\"}"});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].bytes, "one\ntwo\n{\"message\":\"x\"}\n");
  EXPECT_EQ(groups[0].log_group, "");
}

TEST(GroupRecords, EveryLogGroupIsOnItsOwn) {
  const auto groups =
      Group({Zip(Document("/vpc/a", "1"), kGzip), Zip(Document("/vpc/b", "2"), kGzip),
             Zip(Document("/vpc/a", "3"), kGzip)});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].log_group, "/vpc/a");
  EXPECT_EQ(Unzip(groups[0].bytes, 1 << 20).ValueOrDie(),
            Document("/vpc/a", "1") + Document("/vpc/a", "3"));
  EXPECT_EQ(groups[1].log_group, "/vpc/b");
}

TEST(GroupRecords, ZlibIsUnzippedAndSoIsGzipBesideIt) {
  const auto groups =
      Group({Zip(Document("g", "1"), kGzip), Document("g", "2"), Zip("line", kZlib)});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].bytes, Document("g", "1") + '\n' + Document("g", "2") + '\n');
  EXPECT_EQ(groups[1].bytes, "line\n");
}

TEST(GroupRecords, ADamagedRecordTakesNoOtherAlong) {
  const std::string cut = Zip(Document("g", "1"), kGzip).substr(0, 100);
  const std::string whole = Zip(Document("g", "2"), kGzip);
  const auto groups = Group({cut, whole});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].bytes, whole);
  EXPECT_EQ(groups[1].bytes, cut);
}

std::string Field3(const std::string& value) {
  return std::string("\x1A") + static_cast<char>(value.size()) + value;
}

std::string Aggregate(const std::string& message) {
  std::array<unsigned char, 16> md5{};
  EVP_Digest(message.data(), message.size(), md5.data(), nullptr, EVP_md5(), nullptr);
  return "\xF3\x89\x9A\xC2" + message + std::string(md5.begin(), md5.end());
}

TEST(Deaggregate, AnAggregateGivesItsUserRecords) {
  // A partition key, then two records with key index 0 and data.
  const std::string message = std::string("\x0A\x01k") +
                              Field3("\x08" + std::string(1, 0) + Field3("one")) +
                              Field3("\x08" + std::string(1, 0) + Field3("two"));
  const std::string record = Aggregate(message);
  EXPECT_THAT(Deaggregate(record).ValueOrDie(), ElementsAre("one", "two"));
  EXPECT_THAT(Deaggregate("plain").ValueOrDie(), ElementsAre("plain"));
  EXPECT_THAT(Deaggregate("").ValueOrDie(), ElementsAre(""));
}

TEST(Deaggregate, ADamagedAggregateIsRefusedWhole) {
  std::string record = Aggregate(Field3(Field3("one")));
  EXPECT_THAT(Deaggregate(record).ValueOrDie(), ElementsAre("one"));
  record[6] ^= 1;
  EXPECT_THAT(Deaggregate(record).status().message(), HasSubstr("checksum"));
  EXPECT_THAT(Deaggregate(Aggregate("\x1A\x7Fshort")).status().message(),
              HasSubstr("damaged"));
  EXPECT_THAT(Deaggregate(Aggregate(Field3("\x08\x01"))).status().message(),
              HasSubstr("without data"));
}

TEST(PeekLogGroup, OnlyCloudWatchDocumentsHaveOne) {
  EXPECT_EQ(PeekLogGroup(Document("/aws/vpc", "x")), "/aws/vpc");
  EXPECT_EQ(PeekLogGroup(Zip(Document("/aws/vpc", "x"), kGzip)), "/aws/vpc");
  EXPECT_THAT(PeekLogGroup("2 123 eni-1 \"logGroup\":\"x\""), IsEmpty());
  EXPECT_THAT(PeekLogGroup(""), IsEmpty());
}

}  // namespace
}  // namespace flowlake
