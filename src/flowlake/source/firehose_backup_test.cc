#include "flowlake/source/firehose_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "flowlake/base/base64.h"
#include "flowlake/source/gzip.h"

namespace flowlake {

namespace {

using ::testing::HasSubstr;

/// Text that comes `step` bytes at a time.
class TextStream : public ByteStream {
 public:
  TextStream(std::string text, size_t step) : text_(std::move(text)), step_(step) {}
  Result<size_t> Read(std::span<char> out) override {
    const size_t count = std::min({out.size(), step_, text_.size() - at_});
    std::memcpy(out.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::optional<std::string_view> TakeLoaded() override { return std::nullopt; }
  int64_t stored_bytes() const override { return static_cast<int64_t>(at_); }
  InputKeys content_keys() const override { return ContentKeys(text_); }

 private:
  std::string text_;
  size_t step_;
  size_t at_ = 0;
};

std::string Document(const std::string& record, const std::string& message = "no") {
  return R"({"attemptsMade":4,"arrivalTimestamp":1,"errorCode":"Lambda.FunctionError",)"
         R"("errorMessage":")" +
         message + R"(","rawData":")" + EncodeBase64(record) + R"(","lambdaArn":"arn"})";
}

Result<std::string> Unwrap(const std::string& text, size_t step, size_t begun = 0) {
  auto inner = std::make_unique<TextStream>(text.substr(begun), step);
  const auto stream = UnwrapFirehoseBackup(std::move(inner), text.substr(0, begun));
  std::string all;
  std::string piece(7, '\0');
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const size_t count, stream->Read(piece));
    if (count == 0) return all;
    all.append(piece, 0, count);
  }
}

TEST(FirehoseBackupTest, RecordsComeOutHoweverTheDocumentsAreCut) {
  const std::string text = Document("one") + "\n" + Document("two\n", R"(a \"}{\\)") +
                           Document(Gzip("three")) + "\n\n" + Document("");
  for (const size_t step : {size_t{1}, size_t{3}, size_t{50}, text.size()}) {
    for (const size_t begun : {size_t{0}, size_t{1}, size_t{99}, text.size()}) {
      EXPECT_EQ(*Unwrap(text, step, begun), "one\ntwo\nthree\n") << step << ' ' << begun;
    }
  }
}

TEST(FirehoseBackupTest, TheFirstBytesTell) {
  EXPECT_TRUE(IsFirehoseBackup("\n" + Document("x")));
  EXPECT_FALSE(IsFirehoseBackup(R"({"message":"2 1 eni rawData attemptsMade"})"));
  EXPECT_FALSE(IsFirehoseBackup(R"({"rawData":"x"})"));
  EXPECT_FALSE(IsFirehoseBackup(""));
}

TEST(FirehoseBackupTest, WhatIsDamagedIsNamedWithItsPlace) {
  const std::string good = Document("one") + "\n";
  const auto place = std::to_string(good.size());
  EXPECT_THAT(Unwrap(good + "rest", 9).status().message(), HasSubstr("byte " + place));
  EXPECT_THAT(Unwrap(good + R"({"a":"b)", 9).status().message(),
              HasSubstr("without end"));
  EXPECT_THAT(Unwrap(good + R"({"a":1})", 9).status().message(), HasSubstr("no rawData"));
  EXPECT_THAT(Unwrap(good + R"({"rawData":"*"})", 9).status().message(),
              HasSubstr("no base64"));
  EXPECT_FALSE(Unwrap(good + Document(Gzip("two").substr(0, 15)), 9).ok());
}

}  // namespace

}  // namespace flowlake
