#include "flowlake/base/dictionary.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "flowlake/base/seeded_hash.h"

namespace flowlake {
namespace {

TEST(Dictionary, GrowsAndFindsEverythingAgain) {
  Dictionary dictionary;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(dictionary.Encode(std::to_string(i)), static_cast<uint32_t>(i));
  }
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(dictionary.Encode(std::to_string(i)), static_cast<uint32_t>(i));
  }
  EXPECT_EQ(dictionary[99'999], "99999");
  EXPECT_EQ(dictionary.Encode(""), 100'000U);
}

// Strings that differ in one byte anywhere, in length only, or in a NUL at the end.
std::vector<std::string> NearlyEqualStrings() {
  std::vector<std::string> strings;
  for (size_t size = 0; size <= 70; ++size) {
    const std::string base(size, 'a');
    strings.push_back(base);
    strings.push_back(base + '\0');
    for (size_t at = 0; at < size; ++at) {
      strings.push_back(base);
      strings.back()[at] = 'b';
    }
  }
  return strings;
}

TEST(Dictionary, AnAppendedStringHasACodeOfItsOwn) {
  Dictionary dictionary;
  const uint32_t first = dictionary.Encode("apple");
  const uint32_t second = dictionary.Append("apple");
  EXPECT_NE(first, second);
  EXPECT_EQ(dictionary[second], "apple");
  // Nor do those found by look-up lose theirs when the slots grow.
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(dictionary[dictionary.Append(std::to_string(i))], std::to_string(i));
    EXPECT_EQ(dictionary[dictionary.Encode(std::to_string(-i))], std::to_string(-i));
  }
  EXPECT_EQ(dictionary.Encode("apple"), first);
}

TEST(Dictionary, TellsNearlyEqualStringsApart) {
  Dictionary dictionary;
  std::unordered_map<std::string, uint32_t> expected;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& text : NearlyEqualStrings()) {
      const auto next = static_cast<uint32_t>(expected.size());
      const uint32_t code = expected.try_emplace(text, next).first->second;
      ASSERT_EQ(dictionary.Encode(text), code) << text.size();
      ASSERT_EQ(dictionary[code], text);
    }
  }
}

TEST(Dictionary, KeyOfReadableBytesIsTheKeyOfTheString) {
  Dictionary dictionary;
  for (const std::string& text : NearlyEqualStrings()) {
    const std::string readable = text + "0123456789abcdef";
    const std::string_view view(readable.data(), text.size());
    const uint32_t code = dictionary.Encode(DictionaryKey::OfReadable(view));
    ASSERT_EQ(dictionary.Encode(text), code);
  }
}

TEST(SeededHash, NumbersOfOneRemainderDoNotMeet) {
  constexpr uint64_t kBuckets = 62'233;  // a size that libstdc++'s tables have
  std::set<size_t> buckets;
  for (uint64_t i = 0; i < 1000; ++i)
    buckets.insert(SeededHash()(i * kBuckets) % kBuckets);
  EXPECT_GT(buckets.size(), 900U);
}

}  // namespace
}  // namespace flowlake
