#include "flowlake/datafile/hybrid_encoding.h"

#include <gtest/gtest.h>

#include <random>

namespace flowlake {
namespace {

uint64_t TakeVarint(std::span<const uint8_t>& in) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const uint8_t byte = in.front();
    in = in.subspan(1);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

// Bit by bit, as the specification says it.
uint32_t Bits(std::span<const uint8_t> in, size_t begin, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t bit = in[(begin + i) / 8] >> ((begin + i) % 8) & 1;
    value |= bit << i;
  }
  return value;
}

std::vector<uint32_t> Decode(std::span<const uint8_t> in, size_t width, size_t count) {
  std::vector<uint32_t> values;
  while (!in.empty()) {
    const uint64_t header = TakeVarint(in);
    const bool packed = header & 1;
    const size_t length = packed ? (header >> 1) * width : (width + 7) / 8;
    const size_t number = packed ? (header >> 1) * 8 : header >> 1;
    for (size_t i = 0; i < number; ++i) {
      values.push_back(Bits(in.first(length), packed ? i * width : 0, width));
    }
    in = in.subspan(length);
  }
  EXPECT_GE(values.size(), count);
  EXPECT_LT(values.size(), count + 8);
  values.resize(count);
  return values;
}

std::vector<uint32_t> RandomRuns(std::mt19937& random, size_t count, int width) {
  const uint32_t mask = 0xFFFFFFFFu >> (32 - width);
  std::vector<uint32_t> values;
  while (values.size() < count) {
    const size_t run = random() % 3 == 0 ? random() % 100 : 1;
    values.insert(values.end(), run, static_cast<uint32_t>(random()) & mask);
  }
  values.resize(count);
  return values;
}

TEST(HybridEncoding, GivesBackRandomRunsOfEveryWidth) {
  std::mt19937 random(7);
  for (int width = 1; width <= 32; ++width) {
    for (const size_t count : {0, 1, 7, 8, 9, 63, 64, 65, 1000, 5003}) {
      const auto values = RandomRuns(random, count, width);
      Bytes out;
      AppendHybrid(values, width, out);
      EXPECT_EQ(Decode(out, static_cast<size_t>(width), count), values)
          << width << " bits, " << count << " values";
    }
  }
}

TEST(HybridEncoding, ALongRunTakesAFewBytes) {
  Bytes out;
  AppendHybrid(std::vector<uint32_t>(20'000, 5), 3, out);
  EXPECT_LE(out.size(), 4u);
}

TEST(HybridEncoding, NeverCostsMuchMoreThanPacking) {
  std::mt19937 random(11);
  for (const int width : {1, 2, 5, 17}) {
    const auto values = RandomRuns(random, 10'000, width);
    Bytes out;
    AppendHybrid(values, width, out);
    EXPECT_LE(out.size(), 10'000u * static_cast<size_t>(width) / 8 + 16);
  }
}

TEST(HybridEncoding, CodeWidthHoldsTheLargestCode) {
  EXPECT_EQ(CodeWidth(0), 1);
  EXPECT_EQ(CodeWidth(1), 1);
  EXPECT_EQ(CodeWidth(2), 1);
  EXPECT_EQ(CodeWidth(3), 2);
  EXPECT_EQ(CodeWidth(256), 8);
  EXPECT_EQ(CodeWidth(257), 9);
}

}  // namespace
}  // namespace flowlake
