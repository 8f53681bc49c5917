#include "flowlake/aws/shell_words.h"

#include <gmock/gmock.h>

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Words(std::string_view text) {
  return SplitShellWords(text).ValueOrDie();
}

TEST(SplitShellWords, SplitsAsAShellDoes) {
  EXPECT_THAT(Words("  sh 'a  b'c \"d 'e'\" f\\ g\t''\n"),
              ElementsAre("sh", "a  bc", "d 'e'", "f g", ""));
  EXPECT_THAT(Words(R"("a\"b\\c\d" 'e\f')"), ElementsAre(R"(a"b\c\d)", R"(e\f)"));
  EXPECT_THAT(Words(" \t"), IsEmpty());
}

TEST(SplitShellWords, ReplacesNothing) {
  EXPECT_THAT(Words("a $HOME `b` $(c);d>e|f #g"),
              ElementsAre("a", "$HOME", "`b`", "$(c);d>e|f", "#g"));
}

TEST(SplitShellWords, RefusesWhatHasNoEnd) {
  for (const char* text : {"'a", "\"a", "a\\", "\"a\\"}) {
    EXPECT_TRUE(SplitShellWords(text).status().IsInvalid()) << text;
  }
}

}  // namespace
}  // namespace flowlake
