#include "flowlake/datafile/page_compressor.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

std::vector<uint8_t> RandomBytes(size_t count, uint32_t distinct) {
  std::mt19937 random(static_cast<uint32_t>(count));
  std::vector<uint8_t> bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() % distinct);
  return bytes;
}

struct Codec {
  Compression ours;
  arrow::Compression::type arrows;
};

class PageCompressorTest : public testing::TestWithParam<Codec> {
 protected:
  // Compresses it, and expects that Arrow gives it back. Returns the compressed size.
  size_t RoundTrip(const std::vector<uint8_t>& page, size_t level_bytes,
                   CompressionHistory& history) {
    const auto compressor = PageCompressor::Make(GetParam().ours).ValueOrDie();
    const RawPage raw{page, level_bytes};
    std::vector<uint8_t> out(compressor.MaxBytes(raw));
    const size_t size = compressor.Compress(raw, history, out.data()).ValueOrDie();
    EXPECT_LE(size, out.size());
    const auto codec = arrow::util::Codec::Create(GetParam().arrows).ValueOrDie();
    std::vector<uint8_t> back(page.size());
    const auto length = codec->Decompress(static_cast<int64_t>(size), out.data(),
                                          static_cast<int64_t>(back.size()), back.data());
    EXPECT_EQ(length.ValueOrDie(), static_cast<int64_t>(page.size()));
    EXPECT_EQ(back, page);
    return size;
  }
};

TEST_P(PageCompressorTest, PagesThatDoNotBecomeSmallerAreStoredReadably) {
  for (const size_t count : {1, 59, 60, 61, 5000, 131'072, 131'073, 400'000}) {
    const auto page = RandomBytes(count, 256);
    for (const size_t level_bytes : {size_t{0}, count / 3, count}) {
      CompressionHistory history{.untried = 1};
      const size_t size = RoundTrip(page, level_bytes, history);
      EXPECT_LE(size, count + count / 6 + 64);
      EXPECT_EQ(history.untried, GetParam().ours == Compression::kGzip ? 1 : 0);
    }
  }
}

TEST_P(PageCompressorTest, OneThatDoesIsTriedAgain) {
  CompressionHistory history;
  EXPECT_LT(RoundTrip(RandomBytes(5000, 2), 7, history), 4000u);
  EXPECT_EQ(history.untried, 0);
}

TEST_P(PageCompressorTest, OneThatDoesNotSparesTheNext) {
  CompressionHistory history;
  RoundTrip(RandomBytes(5000, 256), 0, history);
  EXPECT_EQ(history.untried > 0, GetParam().ours != Compression::kGzip);
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, PageCompressorTest,
    testing::Values(Codec{Compression::kSnappy, arrow::Compression::SNAPPY},
                    Codec{Compression::kZstd, arrow::Compression::ZSTD},
                    Codec{Compression::kGzip, arrow::Compression::GZIP}));

TEST(PageCompressor, NoneCopies) {
  const auto compressor = PageCompressor::Make(Compression::kNone).ValueOrDie();
  const auto page = RandomBytes(100, 3);
  std::vector<uint8_t> out(100);
  CompressionHistory history;
  EXPECT_EQ(compressor.Compress({page, 10}, history, out.data()).ValueOrDie(), 100u);
  EXPECT_EQ(out, page);
}

}  // namespace
}  // namespace flowlake
