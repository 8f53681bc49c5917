#include "flowlake/datafile/validity.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

constexpr uint32_t kNull = 0xFFFFFFFF;

uint64_t BitsOf(const std::vector<uint8_t>& valid) {
  return BitsOfBytes(valid.data(), valid.size());
}

class ValidityTest : public testing::Test {
 protected:
  std::vector<uint8_t> Random(size_t count) {
    const uint32_t one_in = 1 + static_cast<uint32_t>(random_()) % 40;
    std::vector<uint8_t> valid(count);
    for (uint8_t& row : valid) row = random_() % one_in != 0 ? 1 : 0;
    return valid;
  }

  std::mt19937 random_{17};
};

TEST_F(ValidityTest, BitsAreThoseOfBytesAndCodes) {
  for (size_t count = 1; count <= 64; ++count) {
    const std::vector<uint8_t> valid = Random(count);
    std::vector<uint32_t> codes(count);
    uint64_t expected = 0;
    for (size_t i = 0; i < count; ++i) {
      expected |= uint64_t{valid[i]} << i;
      codes[i] = valid[i] != 0 ? static_cast<uint32_t>(random_()) >> 1 : kNull;
    }
    EXPECT_EQ(BitsOf(valid), expected);
    EXPECT_EQ(BitsOfCodes(codes.data(), count, kNull), expected);
  }
}

// As levels, one number each: what the hybrid encoding of numbers makes of them is
// tested with it.
TEST_F(ValidityTest, EncodesWhatWasAppendedInPiecesOfAnySize) {
  for (int round = 0; round < 300; ++round) {
    Validity validity;
    std::vector<uint8_t> expected;
    size_t nulls = 0;
    for (int piece = 0; piece < 20; ++piece) {
      const auto kind = random_() % 3;
      const size_t count = kind == 2 ? 1 + random_() % 64 : random_() % 200;
      std::vector<uint8_t> valid(count, kind == 0 ? 1 : 0);
      if (kind == 2) valid = Random(count);
      if (kind == 0) validity.AppendValid(count);
      if (kind == 1) validity.AppendNulls(count);
      if (kind == 2) validity.AppendBits(BitsOf(valid), count);
      expected.insert(expected.end(), valid.begin(), valid.end());
    }
    for (const uint8_t valid : expected) nulls += valid == 0 ? 1 : 0;
    ASSERT_EQ(validity.rows(), expected.size());
    ASSERT_EQ(validity.nulls(), nulls);
    std::vector<uint8_t> bits((expected.size() + 7) / 8);
    for (size_t i = 0; i < expected.size(); ++i) {
      bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | expected[i] << (i % 8));
    }
    Bytes want;
    AppendHybridBits(bits, expected.size(), want);
    Bytes got;
    validity.Encode(got);
    ASSERT_EQ(got, want) << round;
  }
}

TEST_F(ValidityTest, DropsNulls) {
  for (size_t count : {1, 63, 64, 65, 200, 1000}) {
    const std::vector<uint8_t> valid = Random(count);
    std::vector<int64_t> numbers(count);
    std::vector<int64_t> expected;
    for (size_t i = 0; i < count; ++i) {
      numbers[i] = static_cast<int64_t>(i);
      if (valid[i] != 0) expected.push_back(numbers[i]);
    }
    Validity validity;
    UninitializedVector<int64_t> memory;
    const auto bits_of = [&](size_t begin, size_t length) {
      return BitsOfBytes(valid.data() + begin, length);
    };
    const auto kept = DropNulls<int64_t>(numbers, bits_of, validity, memory);
    EXPECT_EQ(std::vector<int64_t>(kept.begin(), kept.end()), expected);
    EXPECT_EQ(validity.rows(), count);
    EXPECT_EQ(validity.nulls(), count - expected.size());
  }
}

}  // namespace
}  // namespace flowlake
