#include "flowlake/query/page_guard.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "flowlake/datafile/page_head.h"
#include "flowlake/datafile/page_header.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

/// A file of one column chunk: a few bytes, then pages of ten values each.
class PageGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int page = 0; page < 3; ++page) {
      heads_.push_back(file_.size());
      const Bytes header = HeaderOf(page_);
      file_.insert(file_.end(), header.begin(), header.end());
      file_.insert(file_.end(), page_.begin(), page_.end());
      uncompressed_ += static_cast<int64_t>(header.size()) + 90;
    }
    chunk_ = {{4, static_cast<int64_t>(file_.size()) - 4}, uncompressed_, 30, {{0, 8}}};
    file_.resize(file_.size() + 20, 0xEE);  // what follows
  }

  static Bytes HeaderOf(const std::vector<uint8_t>& page) {
    PageHeader header;
    header.values = 10;
    header.encoding = parquet::Encoding::RLE_DICTIONARY;
    header.uncompressed_bytes = 90;
    header.page = page;
    return EncodePageHeader(header);
  }

  /// A guard that has not seen the file yet looks at some of its bytes.
  Status Check(int64_t begin, int64_t end, bool is_ours = true) {
    PageGuard guard;
    guard.Describe("f", {chunk_}, is_ours);
    reads_ = 0;
    return guard.Check("f", {begin, end - begin}, file_.data() + begin,
                       [&](ByteRange range, uint8_t* to) {
                         ++reads_;
                         std::copy_n(file_.data() + range.offset, range.length, to);
                         return Status::OK();
                       });
  }
  int64_t end() const { return chunk_.range.end(); }

  using Sizes = std::vector<int64_t>;
  Sizes SizesAt(size_t at) const {
    const auto head = ParsePageHead({file_.data() + at, file_.size() - at});
    if (!head.ok() || !*head) return {};
    return {(*head)->header_bytes,
            (*head)->compressed_bytes,
            (*head)->uncompressed_bytes,
            (*head)->values,
            (*head)->type,
            (*head)->encoding};
  }

  const std::vector<uint8_t> page_ = std::vector<uint8_t>(80, 7);
  std::vector<uint8_t> file_{'P', 'A', 'R', '1'};
  std::vector<size_t> heads_;
  int64_t uncompressed_ = 0;
  GuardedChunk chunk_;
  int reads_ = 0;
};

TEST_F(PageGuardTest, PagesThatAreAsTheFooterSaysPass) {
  EXPECT_TRUE(Check(4, end()).ok());
  EXPECT_EQ(reads_, 0);
  EXPECT_TRUE(Check(0, end() + 20).ok());
  EXPECT_TRUE(Check(0, 4).ok());
}

TEST_F(PageGuardTest, AReadOfAFooterSaysNothingOfPages) {
  file_[heads_[0]] = 0xFF;
  EXPECT_FALSE(Check(4, end()).ok());
  const FooterReading reading;
  EXPECT_TRUE(Check(4, end()).ok());
}

TEST_F(PageGuardTest, HeadersBeforeTheBytesAreReadToo) {
  EXPECT_TRUE(Check(end() - 10, end()).ok());
  EXPECT_EQ(reads_, 3);
  file_[heads_[1] + 3] ^= 0x01;
  EXPECT_FALSE(Check(end() - 10, end()).ok());
}

TEST_F(PageGuardTest, EveryFlippedBitThatChangesASizeIsFound) {
  for (const size_t head : heads_) {
    const Sizes right = SizesAt(head);
    // Behind the type: 2 bytes each of two sizes and their fields, up to the CRC.
    for (size_t bit = 0; bit < 8 * 8; ++bit) {
      uint8_t& byte = file_[head + bit / 8];
      byte ^= static_cast<uint8_t>(1U << bit % 8);
      // A number may be called one of 16 bits, and say the same.
      EXPECT_EQ(Check(4, end()).ok(), SizesAt(head) == right) << head << " " << bit;
      byte ^= static_cast<uint8_t>(1U << bit % 8);
    }
  }
}

TEST_F(PageGuardTest, OthersPagesStayWithinTheirColumn) {
  chunk_.uncompressed_bytes = 1;  // as some writers count it
  chunk_.encodings.clear();
  EXPECT_TRUE(Check(4, end(), /*is_ours=*/false).ok());
  EXPECT_THAT(Check(4, end()).message(), HasSubstr("unpacks to more"));
  chunk_.values = 25;
  EXPECT_THAT(Check(4, end(), false).message(), HasSubstr("more values"));
}

TEST_F(PageGuardTest, AFileThatNobodyDescribedIsNotLookedAt) {
  PageGuard guard;
  EXPECT_TRUE(guard.Check("f", {0, 9}, file_.data(), nullptr).ok());
  EXPECT_FALSE(guard.IsFooterRight("f"));
  guard.FooterIsRight("f");
  EXPECT_TRUE(guard.IsFooterRight("f"));
}

}  // namespace
}  // namespace flowlake
