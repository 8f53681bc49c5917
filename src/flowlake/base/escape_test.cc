#include "flowlake/base/escape.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr size_t kValid = std::string_view::npos;

TEST(EscapeTest, TerminalSequencesBecomeVisible) {
  EXPECT_EQ(EscapeForTerminal("a\x1b[31mb\n\t\x7f"), "a\\x1b[31mb\\n\\t\\x7f");
}

TEST(EscapeTest, TextThatReordersOrHidesIsEscaped) {
  EXPECT_EQ(EscapeForTerminal("a\u202eb\u200bc\u009bd"), "a\\u{202e}b\\u{200b}c\\u{9b}d");
}

TEST(EscapeTest, InvalidUtf8BecomesBytes) {
  EXPECT_EQ(EscapeForTerminal("a\xff\xc3"), "a\\xff\\xc3");
}

TEST(EscapeTest, ABackslashDoublesOnlyOnRequest) {
  EXPECT_EQ(EscapeForTerminal("a\\n"), "a\\n");
  EXPECT_EQ(EscapeForTerminal("a\\n", true), "a\\\\n");
}

TEST(EscapeTest, OrdinaryTextOfAnyScriptIsKept) {
  EXPECT_EQ(EscapeForTerminal("Grüße 流量 🙂"), "Grüße 流量 🙂");
}

TEST(Utf8Test, RejectsWhatTheStandardForbids) {
  EXPECT_EQ(FindInvalidUtf8("Grüße 流量 🙂"), kValid);
  EXPECT_EQ(FindInvalidUtf8("a\xc0\x80"), 1u) << "overlong NUL";
  EXPECT_EQ(FindInvalidUtf8("\xed\xa0\x80"), 0u) << "surrogate";
  EXPECT_EQ(FindInvalidUtf8("ab\xf4\x90\x80\x80"), 2u) << "beyond U+10FFFF";
  EXPECT_EQ(FindInvalidUtf8("abc\xe6\xb5"), 3u) << "cut off";
}

TEST(Utf8Test, TruncationKeepsSequencesWhole) {
  EXPECT_EQ(TruncateUtf8("aü", 3), "aü");
  EXPECT_EQ(TruncateUtf8("aü", 2), "a");
  EXPECT_EQ(TruncateUtf8("a🙂b", 4), "a");
  EXPECT_EQ(TruncateUtf8("abc", 2), "ab");
  EXPECT_EQ(TruncateUtf8("\x80\x80\x80\x80\x80\x80", 5).size(), 5u);
}

TEST(WidthTest, CountsTerminalColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("流量"), 4u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
}

}  // namespace
}  // namespace flowlake
