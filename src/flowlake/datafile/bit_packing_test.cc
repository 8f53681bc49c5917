#include "flowlake/datafile/bit_packing.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace flowlake {
namespace {

// Bit by bit, as the specification says it.
std::vector<uint8_t> ObviousPack(const std::vector<uint32_t>& values, size_t width) {
  std::vector<uint8_t> out(values.size() * width / 8);
  for (size_t i = 0; i < values.size() * width; ++i) {
    const uint32_t bit = values[i / width] >> (i % width) & 1;
    out[i / 8] = static_cast<uint8_t>(out[i / 8] | bit << (i % 8));
  }
  return out;
}

TEST(BitPacking, PacksEveryWidthAsTheObviousWayDoes) {
  std::mt19937 random(3);
  for (int width = 1; width <= 32; ++width) {
    for (const size_t count : {0, 8, 24, 32, 40, 64, 1000}) {
      std::vector<uint32_t> values(count);
      for (uint32_t& value : values) {
        value = static_cast<uint32_t>(random()) >> (32 - width);
      }
      const auto expected = ObviousPack(values, static_cast<size_t>(width));
      std::vector<uint8_t> packed(expected.size() + 1, 0xA5);
      PackBits(values.data(), count, width, packed.data());
      EXPECT_EQ(packed.back(), 0xA5) << "writes beyond its end";
      packed.pop_back();
      EXPECT_EQ(packed, expected) << width << " bits, " << count << " values";
    }
  }
}

}  // namespace
}  // namespace flowlake
