#include "flowlake/format/field_starts.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace flowlake {
namespace {

class FieldStartsTest : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (GetParam() > BestInstructionSet()) {
      GTEST_SKIP() << "this processor lacks the instruction set";
    }
  }
};

struct Found {
  bool is_plain = true;
  std::vector<uint16_t> fields{0};
  std::vector<uint16_t> lines{0};
  bool operator==(const Found&) const = default;
};

Found FindObviously(std::string_view text) {
  Found found;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == ' ') found.fields.push_back(static_cast<uint16_t>(i + 1));
    if (c == '\n') found.lines.push_back(static_cast<uint16_t>(found.fields.size() - 1));
    if (c != '\n' && static_cast<signed char>(c) < ' ') found.is_plain = false;
  }
  return found;
}

Found Find(FieldStarts& finder, std::string_view text) {
  Found found;
  found.is_plain = finder.Find(text);
  const auto lines = finder.lines();
  found.lines.assign(lines.begin(), lines.end());
  // The lists do not say how many fields there are behind the last newline.
  const size_t count = FindObviously(text).fields.size();
  found.fields.assign(finder.fields(), finder.fields() + count);
  return found;
}

TEST_P(FieldStartsTest, AreWhatALoopFindsInAnyText) {
  FieldStarts finder(GetParam());
  std::mt19937 random;
  const std::string alphabet = "  \n0123456789.abcdefghij-";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % (round % 10 == 0 ? FieldStarts::kMaxPiece : 300), ' ');
    const size_t letters = 1 + random() % alphabet.size();
    for (char& c : text) c = alphabet[random() % letters];
    ASSERT_EQ(Find(finder, text), FindObviously(text)) << text;
  }
}

TEST_P(FieldStartsTest, TellOddTextFromPlainAtEveryByte) {
  FieldStarts finder(GetParam());
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t at : {0, 15, 31, 63, 64, 99}) {
      std::string text(100, 'x');
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(Find(finder, text), FindObviously(text)) << byte << " at " << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachInstructionSet, FieldStartsTest,
                         testing::Values(InstructionSet::kBaseline, InstructionSet::kAvx2,
                                         InstructionSet::kAvx512));

}  // namespace
}  // namespace flowlake
