#include "flowlake/datafile/dictionary_choice.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

using Verdict = DictionaryChoice::Verdict;

TEST(DictionaryChoice, KeepsADictionaryThatPays) {
  DictionaryChoice choice;
  for (int page = 0; page < 10; ++page) {
    EXPECT_EQ(choice.Judge({.plain = 8'000, .codes = 1'000, .dictionary = 4'000}),
              Verdict::kKeep);
  }
}

TEST(DictionaryChoice, GivesADictionaryThatNearlyPaysAFewPages) {
  DictionaryChoice choice;
  const auto judge = [&](size_t pages) {
    return choice.Judge({.plain = 8'000, .codes = 1'000, .dictionary = 7'500 * pages});
  };
  EXPECT_EQ(judge(1), Verdict::kKeep);
  EXPECT_EQ(judge(2), Verdict::kKeep);
  EXPECT_EQ(judge(3), Verdict::kKeep);
  EXPECT_EQ(judge(4), Verdict::kEnd);
}

TEST(DictionaryChoice, RevokesADictionaryInWhichHardlyAnythingComesTwiceAtOnce) {
  EXPECT_EQ(DictionaryChoice().Judge(
                {.plain = 1'000'000, .codes = 40'000, .dictionary = 1'000'000}),
            Verdict::kRevoke);
  EXPECT_EQ(DictionaryChoice().Judge(
                {.plain = 1'000'000, .codes = 40'000, .dictionary = 990'000}),
            Verdict::kKeep);
}

}  // namespace
}  // namespace flowlake
