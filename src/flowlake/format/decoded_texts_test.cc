#include "flowlake/format/decoded_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowlake {
namespace {

using testing::ElementsAre;

const Schema& OneText() {
  static const Schema schema("agents", {{"agent", ColumnType::kString}});
  return schema;
}

/// The lines of a field, with what must be readable around them.
class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts) : lines_(texts.size()) {
    text_ = std::string(kReadable, '.');
    for (const std::string& text : texts) {
      starts_.push_back(static_cast<uint16_t>(text_.size()));
      text_ += text + "\n";
    }
    starts_.push_back(static_cast<uint16_t>(text_.size()));
    text_ += std::string(kReadable, '.');
  }
  FieldOfLines field() const { return {text_.data(), starts_.data(), 1, lines_}; }

 private:
  std::string text_;
  std::vector<uint16_t> starts_;
  size_t lines_;
};

void Append(DecodedTexts& decoded, const std::vector<std::string>& texts,
            ColumnsBuilder& columns) {
  const Texts lines(texts);
  decoded.Encode(lines.field(), columns, 0, columns.AppendCodes(0, texts.size()).data());
  columns.FinishRows(texts.size());
}

std::vector<std::string> TextsOf(const Columns& columns) {
  std::vector<std::string> texts;
  for (int64_t row = 0; row < columns.rows; ++row) {
    texts.emplace_back(columns.column(0).string(row).value_or("NULL"));
  }
  return texts;
}

TEST(DecodedTexts, AreDecodedOnceOrAsOftenAsTheyWereEncoded) {
  ColumnsBuilder columns(&OneText());
  DecodedTexts once(false);
  Append(once, {"a%20b", "-", "a%2520b", "a%20b", "100%", "%FF", "a b"}, columns);
  EXPECT_THAT(TextsOf(columns.Finish()),
              ElementsAre("a b", "NULL", "a%20b", "a b", "100%", "%FF", "a b"));
  DecodedTexts twice(true);
  Append(twice, {"a%2520b", "a%20b", "%2541"}, columns);
  EXPECT_THAT(TextsOf(columns.Finish()), ElementsAre("a b", "a b", "%41"));
}

TEST(DecodedTexts, HaveCodesOfTheDictionaryAtHand) {
  ColumnsBuilder columns(&OneText());
  DecodedTexts decoded(false);
  Append(decoded, {"a%20b", "c"}, columns);
  const Columns first = columns.Finish();
  // So much that the builder begins a new dictionary.
  for (int i = 0; i < 30; ++i) {
    columns.AppendString(0, std::string(1 << 20, 'x') + std::to_string(i));
    columns.FinishRow();
  }
  columns.Finish();
  Append(decoded, {"c", "a%20b"}, columns);
  const Columns second = columns.Finish();
  EXPECT_NE(first.column(0).dictionary, second.column(0).dictionary);
  EXPECT_THAT(TextsOf(first), ElementsAre("a b", "c"));
  EXPECT_THAT(TextsOf(second), ElementsAre("c", "a b"));
}

TEST(DecodedTexts, ThatHardlyRepeatAreNotKept) {
  ColumnsBuilder columns(&OneText());
  DecodedTexts decoded(false);
  const std::string tail(2000, 'x');
  for (int i = 0; i < 2000; i += 4) {
    std::vector<std::string> texts;
    for (int j = 0; j < 4; ++j) texts.push_back(std::to_string(i + j) + "%20" + tail);
    Append(decoded, texts, columns);
  }
  const std::vector<std::string> texts = TextsOf(columns.Finish());
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(texts[i], std::to_string(i) + " " + tail);
  }
}

}  // namespace
}  // namespace flowlake
