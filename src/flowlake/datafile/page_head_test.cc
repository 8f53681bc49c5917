#include "flowlake/datafile/page_head.h"

#include <gtest/gtest.h>

#include <vector>

#include "flowlake/datafile/page_header.h"

namespace flowlake {
namespace {

std::vector<uint8_t> Header(bool is_dictionary) {
  const std::vector<uint8_t> page(300, 7);
  PageHeader header;
  header.is_dictionary = is_dictionary;
  header.values = 1000;
  header.encoding =
      is_dictionary ? parquet::Encoding::PLAIN : parquet::Encoding::RLE_DICTIONARY;
  header.uncompressed_bytes = 4711;
  header.page = page;
  const Bytes bytes = EncodePageHeader(header);
  return {bytes.begin(), bytes.end()};
}

TEST(PageHead, SaysWhatWasWritten) {
  for (const bool is_dictionary : {false, true}) {
    std::vector<uint8_t> bytes = Header(is_dictionary);
    const auto length = static_cast<int64_t>(bytes.size());
    bytes.resize(bytes.size() + 100, 0xFF);
    const auto head = ParsePageHead(bytes).ValueOrDie();
    ASSERT_TRUE(head);
    EXPECT_EQ(head->header_bytes, length);
    EXPECT_EQ(head->compressed_bytes, 300);
    EXPECT_EQ(head->uncompressed_bytes, 4711);
    EXPECT_EQ(head->values, is_dictionary ? 0 : 1000);
    EXPECT_EQ(head->type, is_dictionary ? 2 : 0);
    EXPECT_EQ(head->encoding, is_dictionary ? 0 : 8);
  }
}

TEST(PageHead, CutAnywhereAsksForMore) {
  const std::vector<uint8_t> bytes = Header(false);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ParsePageHead({bytes.data(), size}).ValueOrDie(), std::nullopt) << size;
  }
}

TEST(PageHead, WithAnyBitFlippedIsNoneOrHasNoNegativeSize) {
  for (const bool is_dictionary : {false, true}) {
    std::vector<uint8_t> bytes = Header(is_dictionary);
    bytes.resize(bytes.size() + 64, 0xFF);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
      const auto head = ParsePageHead(bytes);
      if (head.ok() && *head) {
        EXPECT_GE((*head)->compressed_bytes, 0) << bit;
        EXPECT_GE((*head)->uncompressed_bytes, 0) << bit;
        EXPECT_GE((*head)->values, 0) << bit;
      }
      bytes[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
    }
  }
}

TEST(PageHead, ThatIsOfNoTypeOrOfTwoIsNone) {
  std::vector<uint8_t> bytes = Header(false);
  ASSERT_EQ(bytes[1], 0);                // DATA_PAGE
  for (const int type : {2, 4, 6, 8}) {  // zigzag
    bytes[1] = static_cast<uint8_t>(type);
    EXPECT_TRUE(ParsePageHead(bytes).status().IsInvalid()) << type;
  }
}

}  // namespace
}  // namespace flowlake
