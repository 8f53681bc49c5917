#include "flowlake/datafile/string_dictionary.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace flowlake {
namespace {

class StringDictionaryTest : public testing::Test {
 protected:
  // Random strings of one source among several, compared with what a map says.
  void EncodeSlice(size_t source, uint32_t distinct) {
    auto& from = sources_[source];
    std::vector<uint32_t> codes(1 + random_() % 300);
    for (uint32_t& code : codes) {
      code = from->Encode(std::string(random_() % 20, 'x') +
                          std::to_string(random_() % distinct));
    }
    std::vector<uint32_t> to(codes.size());
    dictionary_.Encode(from, codes, to.data());
    for (size_t i = 0; i < codes.size(); ++i) {
      const std::string text((*from)[codes[i]]);
      const auto next = static_cast<uint32_t>(expected_.size());
      ASSERT_EQ(to[i], expected_.try_emplace(text, next).first->second) << text;
      ASSERT_EQ(dictionary_[to[i]], text);
      ASSERT_EQ(dictionary_.lengths()[to[i]], text.size());
    }
    ASSERT_EQ(dictionary_.size(), expected_.size());
  }

  void Clear() {
    dictionary_.Clear();
    expected_.clear();
  }

  std::mt19937 random_{13};
  std::vector<std::shared_ptr<Dictionary>> sources_ = {std::make_shared<Dictionary>(),
                                                       std::make_shared<Dictionary>(),
                                                       std::make_shared<Dictionary>()};
  StringDictionary dictionary_;
  std::map<std::string, uint32_t> expected_;
};

TEST_F(StringDictionaryTest, OneSourceGivesCodesInOrderOfFirstSight) {
  for (int i = 0; i < 200; ++i) EncodeSlice(0, 1000);
}

TEST_F(StringDictionaryTest, AStringIsTheSameFromWhateverSource) {
  for (int i = 0; i < 300; ++i) EncodeSlice(random_() % 3, 100);
}

TEST_F(StringDictionaryTest, SourcesMayChangeAfterClear) {
  for (const size_t source : {0, 0, 1, 0, 2, 1, 1, 0}) {
    for (int i = 0; i < 10; ++i) EncodeSlice(source, 50);
    Clear();
    EncodeSlice(2, 50);
    EncodeSlice(source, 50);
  }
}

TEST_F(StringDictionaryTest, NothingFromASourceDoesNotCountAsSeen) {
  dictionary_.Encode(sources_[0], {}, nullptr);
  (void)dictionary_.LongestOf(sources_[0]);
  for (int i = 0; i < 20; ++i) EncodeSlice(1, 50);
  for (int i = 0; i < 20; ++i) EncodeSlice(0, 50);
}

TEST_F(StringDictionaryTest, ComparesAsUnsignedBytes) {
  const std::vector<std::string> texts = {
      "", "a", "abcdefgh", "abcdefgha", "abcdefghb", std::string("a\0b", 3), "\xF0\x9F"};
  for (const std::string& text : texts) (void)sources_[0]->Encode(text);
  std::vector<uint32_t> codes(texts.size());
  for (uint32_t i = 0; i < codes.size(); ++i) codes[i] = i;
  dictionary_.Encode(sources_[0], codes, codes.data());
  for (uint32_t a = 0; a < codes.size(); ++a) {
    for (uint32_t b = 0; b < codes.size(); ++b) {
      EXPECT_EQ(dictionary_.Less(a, b), texts[a] < texts[b]) << texts[a] << texts[b];
    }
  }
}

}  // namespace
}  // namespace flowlake
