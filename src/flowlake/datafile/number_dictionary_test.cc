#include "flowlake/datafile/number_dictionary.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <random>
#include <vector>

namespace flowlake {
namespace {

using Numbers = std::vector<int64_t>;

class NumberDictionaryTest : public testing::Test {
 protected:
  // In slices, each compared with what a map says.
  static void ExpectCodes(const Numbers& numbers, NumberDictionary& dictionary) {
    std::map<int64_t, uint32_t> expected;
    std::mt19937 random(7);
    for (size_t at = 0; at < numbers.size();) {
      const size_t count = std::min<size_t>(numbers.size() - at, 1 + random() % 700);
      const std::span<const int64_t> slice(numbers.data() + at, count);
      std::vector<uint32_t> codes(count);
      dictionary.Encode(slice, BoundsOf(slice), codes.data());
      for (size_t i = 0; i < count; ++i) {
        const auto next = static_cast<uint32_t>(expected.size());
        const uint32_t code = expected.try_emplace(slice[i], next).first->second;
        ASSERT_EQ(codes[i], code) << slice[i] << " at " << at + i;
        ASSERT_EQ(dictionary.values()[code], slice[i]);
      }
      at += count;
    }
    EXPECT_EQ(dictionary.size(), expected.size());
  }

  Numbers Random(size_t count, int64_t first, uint64_t range, int64_t stride = 1) {
    Numbers numbers(count);
    for (int64_t& number : numbers) {
      const uint64_t step = random_() % range;
      number = static_cast<int64_t>(static_cast<uint64_t>(first) +
                                    step * static_cast<uint64_t>(stride));
    }
    return numbers;
  }
  static Numbers Join(std::vector<Numbers> parts) {
    Numbers all;
    for (const Numbers& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }

  std::mt19937_64 random_{11};
};

TEST_F(NumberDictionaryTest, NumbersOfAnyRangeGetCodesInOrderOfFirstSight) {
  for (const uint64_t range :
       {1ull, 2ull, 300ull, 65'536ull, 1ull << 18, 1ull << 19, 1ull << 33, 1ull << 63}) {
    for (const int64_t first :
         {0ll, -5ll, 1ll << 40, std::numeric_limits<long long>::min()}) {
      NumberDictionary dictionary;
      ExpectCodes(Random(20'000, first, range), dictionary);
    }
  }
}

TEST_F(NumberDictionaryTest, ARangeMayGrowToBothSides) {
  NumberDictionary dictionary;
  ExpectCodes(Join({Random(3000, 1000, 50), Random(3000, 500, 900), Random(3000, -80, 50),
                    Random(3000, 0, 70'000), Random(3000, -1'000'000, 9)}),
              dictionary);
}

TEST_F(NumberDictionaryTest, MultiplesOfTheStrideAndOthersAreToldApart) {
  constexpr int64_t kSecond = 1'000'000;
  for (const int64_t stray : {int64_t{1}, kSecond / 2, -kSecond, 64 * kSecond + 64}) {
    NumberDictionary dictionary(kSecond);
    ExpectCodes(Join({Random(3000, 1789948800 * kSecond, 86'400, kSecond),
                      {1789948800 * kSecond + stray},
                      Random(3000, 1789948800 * kSecond, 86'400, kSecond)}),
                dictionary);
  }
}

TEST_F(NumberDictionaryTest, NumbersWithTheSameLowHalfAreToldApart) {
  NumberDictionary dictionary;
  ExpectCodes(
      Join({Random(3000, 0, 1000, 3'000'000), Random(3000, 1ll << 32, 1000, 3'000'000),
            Random(3000, -(1ll << 32), 1000, 3'000'000)}),
      dictionary);
}

TEST_F(NumberDictionaryTest, StartsAnewAfterClear) {
  NumberDictionary dictionary;
  ExpectCodes(Random(3000, 5, 1ull << 40), dictionary);
  dictionary.Clear();
  ExpectCodes(Random(3000, 0, 100), dictionary);
  dictionary.Clear();
  ExpectCodes(Random(3000, 7, 1ull << 50), dictionary);
}

/// How long it takes to code the numbers, in seconds.
double SecondsFor(const Numbers& numbers) {
  const auto started = std::chrono::steady_clock::now();
  NumberDictionary dictionary;
  std::vector<uint32_t> codes(numbers.size());
  dictionary.Encode(numbers, BoundsOf(numbers), codes.data());
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - started;
  return seconds.count();
}

TEST_F(NumberDictionaryTest, NumbersChosenForItsFactorTakeNoLongerThanOthers) {
  // Multiples of the factor's inverse: without a seed, their products are 0, 1, 2, … and
  // all begin to look at the first slot.
  uint64_t inverse = 1;
  for (int i = 0; i < 6; ++i) inverse *= 2 - 0x9E3779B97F4A7C15u * inverse;
  ASSERT_EQ(inverse * 0x9E3779B97F4A7C15u, 1U);
  Numbers chosen;
  for (uint64_t i = 1; chosen.size() < 200'000; ++i) {
    const auto number = static_cast<int64_t>(i * inverse);
    if (number >= 0) chosen.push_back(number);
  }
  const Numbers others = Random(chosen.size(), 0, uint64_t{1} << 62);
  EXPECT_LT(SecondsFor(chosen), 20 * SecondsFor(others) + 0.5);
}

}  // namespace
}  // namespace flowlake
