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
  size_t plain = 0;  // bytes
  std::vector<uint16_t> fields{0};
  std::vector<uint16_t> lines{0};
  bool operator==(const Found&) const = default;
};

/// Where the first odd byte of `text` is; its size if there is none.
size_t FindOdd(std::string_view text, FieldCut cut) {
  bool is_inside = false;  // quotes
  const auto is_end = [&](size_t i) {
    return text[i] == '\n' || text[i] == cut.separator;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_end(i) && static_cast<signed char>(c) < ' ') return i;
    if (c == '\n' && is_inside) return i;
    if (!cut.has_quotes || c != '"') continue;
    if (is_inside && text[i - 1] == '\\') return i;
    if (is_inside && !is_end(i + 1)) return i + 1;
    if (!is_inside && i > 0 && !is_end(i - 1)) return i;
    is_inside = !is_inside;
  }
  return text.size();
}

/// As kernels look at it: 64 bytes at a time.
Found FindObviously(std::string_view text, FieldCut cut = {}) {
  Found found;
  const size_t odd = FindOdd(text, cut);
  found.plain = odd == text.size() ? odd : odd / 64 * 64;
  bool is_inside = false;
  for (size_t i = 0; i < found.plain; ++i) {
    const bool is_end = text[i] == '\n' || text[i] == cut.separator;
    is_inside ^= cut.has_quotes && text[i] == '"';
    if (is_end && !is_inside) found.fields.push_back(static_cast<uint16_t>(i + 1));
    if (text[i] == '\n') {
      found.lines.push_back(static_cast<uint16_t>(found.fields.size() - 1));
    }
  }
  return found;
}

Found Find(FieldStarts& finder, std::string_view text, FieldCut cut = {}) {
  Found found;
  found.plain = finder.Find(text);
  const auto lines = finder.lines();
  found.lines.assign(lines.begin(), lines.end());
  // The lists do not say how many fields there are behind the last newline.
  const size_t count = FindObviously(text, cut).fields.size();
  found.fields.assign(finder.fields(), finder.fields() + count);
  return found;
}

TEST_P(FieldStartsTest, AreWhatALoopFindsInAnyText) {
  FieldStarts finder({}, GetParam());
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
  FieldStarts finder({}, GetParam());
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t at : {0, 15, 31, 63, 64, 99}) {
      std::string text(100, 'x');
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(Find(finder, text), FindObviously(text)) << byte << " at " << at;
    }
  }
}

TEST_P(FieldStartsTest, KeepFieldsInQuotesWhole) {
  const FieldCut cut{'\t', true};
  FieldStarts finder(cut, GetParam());
  std::mt19937 random;
  const std::vector<std::string> fields = {"a",        "\"\"",    "\"a\tb c\"", "",
                                           "\"c\\d\"", "\"- -\"", "1234567"};
  const std::vector<std::string> odd = {"a\"b\"", "\"a\"b", "\"a\\\"", "\"a\nb\"", "\""};
  int plain = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto choice = random() % 40;
    for (auto count = 1 + random() % 60; count > 0; --count) {
      const bool is_odd = choice < 2 && random() % 50 == 0;
      text += is_odd ? odd[random() % odd.size()] : fields[random() % fields.size()];
      text += count == 1 || random() % 8 == 0 ? '\n' : '\t';
    }
    const Found expected = FindObviously(text, cut);
    ASSERT_EQ(Find(finder, text, cut), expected) << text;
    plain += expected.plain == text.size();
  }
  EXPECT_GT(plain, 2500);
  EXPECT_LT(plain, 3000);
}

INSTANTIATE_TEST_SUITE_P(EachInstructionSet, FieldStartsTest,
                         testing::Values(InstructionSet::kBaseline, InstructionSet::kAvx2,
                                         InstructionSet::kAvx512));

}  // namespace
}  // namespace flowlake
