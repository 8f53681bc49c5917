#include "flowlake/source/byte_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string Gzip(const std::string& plain) {
  isal_zstream stream;
  isal_deflate_init(&stream);
  std::string out(plain.size() + 1024, '\0');
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uint32_t>(plain.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out.data());
  stream.avail_out = static_cast<uint32_t>(out.size());
  EXPECT_EQ(isal_deflate(&stream), COMP_OK);
  out.resize(stream.total_out);
  return out;
}

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "line " + std::to_string(int64_t{i} * 7919) + "\n";
  return text;
}

class ByteStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() /
            ("flowlake_stream_" +
             std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  }
  void TearDown() override { fs::remove(path_); }

  /// What comes out of a file with these bytes, read `step` bytes at a time: loaded, if
  /// it is small, and as a stream does.
  Result<std::string> ReadBack(const std::string& stored, size_t step = 1 << 16,
                               const StreamOptions& options = {}) {
    fs::remove(path_);  // some file systems flush a file that is overwritten
    std::ofstream(path_, std::ios::binary) << stored;
    Input input = DescribePath(path_.string());
    const auto loaded = ReadInput(input, stored, step, options);
    input.is_stream = true;
    const auto streamed = ReadInput(input, stored, step, options);
    EXPECT_EQ(loaded.status(), streamed.status());
    if (loaded.ok()) {
      EXPECT_EQ(*loaded, *streamed);
    }
    return loaded;
  }

  Result<std::string> ReadInput(const Input& input, const std::string& stored,
                                size_t step, const StreamOptions& options) {
    ARROW_ASSIGN_OR_RAISE(OpenedInput opened, OpenedInput::Open(input, memory_));
    EXPECT_EQ(opened.is_loaded(), !input.is_stream && stored.size() < kLoadedBytes);
    if (opened.is_loaded()) {
      EXPECT_EQ(opened.identity().keys, ContentKeys(stored));
    }
    const auto stream = std::move(opened).Stream(options);
    std::string all;
    std::string piece(step, '\0');
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const size_t count, stream->Read(piece));
      if (count == 0) break;
      all.append(piece, 0, count);
    }
    EXPECT_EQ(stream->content_keys(), ContentKeys(stored));
    EXPECT_EQ(stream->stored_bytes(), static_cast<int64_t>(stored.size()));
    return all;
  }

  std::unique_ptr<ByteStream> Open(const Input& input) {
    return OpenedInput::Open(input, memory_).ValueOrDie().Stream({});
  }

  std::string ErrorOf(const std::string& stored) {
    return ReadBack(stored).status().ToString();
  }

  fs::path path_;
  ReadMemory memory_;
};

TEST_F(ByteStreamTest, PlainBytesComeAsTheyAre) {
  EXPECT_EQ(ReadBack("").ValueOrDie(), "");
  EXPECT_EQ(ReadBack("x").ValueOrDie(), "x");
  EXPECT_EQ(ReadBack(Lines(1000), 1).ValueOrDie(), Lines(1000));
}

TEST_F(ByteStreamTest, GzipIsUnzippedWhateverTheStep) {
  const std::string plain = Lines(200'000);
  EXPECT_EQ(ReadBack(Gzip(plain)).ValueOrDie(), plain);
  EXPECT_EQ(ReadBack(Gzip(Lines(500)), 1).ValueOrDie(), Lines(500));
  EXPECT_EQ(ReadBack(Gzip("")).ValueOrDie(), "");
}

TEST_F(ByteStreamTest, ManyMembersAndZeroPaddingAreOneStream) {
  std::string stored;
  std::string plain;
  for (int i = 0; i < 300; ++i) {
    stored += Gzip(Lines(i * 20));
    plain += Lines(i * 20);
  }
  EXPECT_EQ(ReadBack(stored).ValueOrDie(), plain);
  EXPECT_EQ(ReadBack(stored + std::string(512, '\0')).ValueOrDie(), plain);
}

TEST_F(ByteStreamTest, EveryTruncationIsFound) {
  const std::string whole = Gzip(Lines(300));
  for (size_t size = 2; size < whole.size(); ++size) {
    ASSERT_THAT(ErrorOf(whole.substr(0, size)), HasSubstr("Invalid: gunzip")) << size;
  }
}

TEST_F(ByteStreamTest, DamageIsNamedWithFileAndOffset) {
  std::string damaged = Gzip(Lines(300));
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_THAT(ErrorOf(damaged), HasSubstr(path_.string()));
  EXPECT_THAT(ErrorOf(damaged), HasSubstr("at byte"));
  std::string wrong_sum = Gzip(Lines(300));
  wrong_sum[wrong_sum.size() - 6] ^= 1;
  EXPECT_THAT(ErrorOf(wrong_sum), HasSubstr("checksum"));
  EXPECT_THAT(ErrorOf(Gzip(Lines(3)) + "garbage"), HasSubstr("no gzip member"));
}

TEST_F(ByteStreamTest, BombIsRefused) {
  StreamOptions options;
  options.max_ratio = 50;
  const std::string bomb = Gzip(std::string(80 << 20, 'a'));
  std::ofstream(path_, std::ios::binary) << bomb;
  Input input = DescribePath(path_.string());
  for (const bool is_stream : {false, true}) {
    input.is_stream = is_stream;
    EXPECT_THAT(ReadInput(input, bomb, 1 << 16, options).status().message(),
                HasSubstr("bomb"));
  }
}

TEST_F(ByteStreamTest, EveryDamageIsFoundTheSameWayInPieces) {
  const std::string whole = Gzip(Lines(40)) + Gzip(Lines(3)) + std::string(9, '\0');
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] ^= 0x10;
    // A flag, the time or a system in the header, and what is no longer gzip at all, are
    // nobody's damage; ReadBack() compares all the same.
    (void)ReadBack(damaged, 7);
  }
}

TEST_F(ByteStreamTest, LargeFileIsNotLoaded) {
  const std::string plain = Lines(1'500'000);
  ASSERT_GT(plain.size(), kLoadedBytes);
  EXPECT_EQ(ReadBack(plain, 100'000).ValueOrDie(), plain);
}

TEST_F(ByteStreamTest, LoadedPlainFileNeedsNoReading) {
  std::ofstream(path_) << Lines(10);
  const auto stream = Open(DescribePath(path_.string()));
  EXPECT_EQ(stream->TakeLoaded(), Lines(10));
  EXPECT_EQ(stream->TakeLoaded(), "");
  std::string rest(100, '\0');
  EXPECT_EQ(stream->Read(rest).ValueOrDie(), 0U);
}

TEST_F(ByteStreamTest, GzipSaysHowMuchItHolds) {
  const auto claimed = [&](const std::string& stored) {
    std::ofstream(path_, std::ios::binary) << stored;
    const Input input = DescribePath(path_.string());
    return OpenedInput::Open(input, memory_)->claimed_plain_bytes();
  };
  EXPECT_EQ(claimed(Gzip(Lines(300))), static_cast<int64_t>(Lines(300).size()));
  EXPECT_EQ(claimed("text"), 4);
  EXPECT_EQ(claimed("\x1f\x8b"), 0);
}

TEST_F(ByteStreamTest, FileThatGrowsWhileItIsReadIsRefused) {
  const std::string plain = Lines(1'500'000);
  std::ofstream(path_) << plain;
  const auto stream = Open(DescribePath(path_.string()));
  std::string piece(1 << 20, '\0');
  ASSERT_GT(stream->Read(piece).ValueOrDie(), 0U);
  std::ofstream(path_, std::ios::app) << "more\n";
  Result<size_t> count = 1;
  while (count.ok() && *count > 0) count = stream->Read(piece);
  EXPECT_THAT(count.status().message(), HasSubstr("changed while it was read"));
}

TEST_F(ByteStreamTest, IdentityIsOfTheStoredBytesOrOfTheirBeginning) {
  std::ofstream(path_) << "hello world";
  const Input input = DescribePath(path_.string());
  EXPECT_EQ(IdentifyContent(input)->keys, ContentKeys("hello world"));
  EXPECT_EQ(IdentifyContent(input)->bytes, 11);
  EXPECT_EQ(IdentifyContent(input, 5)->keys, ContentKeys("hello"));
  EXPECT_FALSE(IdentifyContent(input, 12).ok());
}

TEST_F(ByteStreamTest, PipeOfTheShellIsReadFrontToBack) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string stored = Gzip(Lines(100));
  ASSERT_EQ(::write(ends[1], stored.data(), stored.size()),
            static_cast<ssize_t>(stored.size()));
  ::close(ends[1]);
  const std::string name = "/dev/fd/" + std::to_string(ends[0]);  // as <(…) gives it
  const std::vector<Input> inputs = ListInputs({name}, {}).ValueOrDie().inputs;
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_TRUE(inputs[0].is_stream);
  const auto stream = Open(inputs[0]);
  std::string plain(1 << 16, '\0');
  plain.resize(stream->Read(plain).ValueOrDie());
  EXPECT_EQ(plain, Lines(100));
  EXPECT_THAT(OpenRandomAccess(inputs[0]).status().message(), HasSubstr("a pipe"));
  ::close(ends[0]);
}

TEST_F(ByteStreamTest, MissingFileIsNamed) {
  EXPECT_THAT(OpenedInput::Open(DescribePath("/nowhere/x"), memory_).status().message(),
              HasSubstr("/nowhere/x"));
}

using ByteStreamDeathTest = ByteStreamTest;

TEST_F(ByteStreamDeathTest, KeysAreThoseOfAnInputThatWasReadToItsEnd) {
  std::ofstream(path_, std::ios::binary) << Lines(100);
  Input input = DescribePath(path_.string());
  input.is_stream = true;
  OpenedInput opened = OpenedInput::Open(input, memory_).ValueOrDie();
  const auto stream = std::move(opened).Stream({});
  std::string piece(10, '\0');
  ASSERT_TRUE(stream->Read(piece).ok());
  EXPECT_DEATH((void)stream->content_keys(), "that was not read to its end");
}

}  // namespace
}  // namespace flowlake
