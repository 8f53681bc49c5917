#include "flowlake/base/shell_path.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace flowlake {
namespace {

/// The words that bash makes of a command line, each in brackets.
std::string WordsOf(const std::string& line) {
  ::setenv("FLOWLAKE_TEST_LINE", ("printf '[%s]' " + line).c_str(), 1);
  FILE* pipe = ::popen("bash -c \"$FLOWLAKE_TEST_LINE\"", "r");
  std::string out;
  std::array<char, 4096> buffer;
  while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), count);
  }
  ::pclose(pipe);
  ::unsetenv("FLOWLAKE_TEST_LINE");
  return out;
}

TEST(ShellPath, PlainPathsStayAsTheyAre) {
  for (const char* path : {"a.log", "/x/y-z_1.log.gz", "s3://bucket/a=b/c", "memory:"}) {
    EXPECT_EQ(ShellPath(path), path);
  }
}

TEST(ShellPath, AShellReadsAnyNameAsOneWord) {
  for (const std::string path : {"",
                                 "a b",
                                 "it's",
                                 "''",
                                 "$(touch x)",
                                 "`touch x`",
                                 "a;b",
                                 "a|b",
                                 "a&b",
                                 "a\nb",
                                 "\x1b[2J",
                                 "\xE2\x80\xAE",
                                 "\xC3\xA9",
                                 "\xFF",
                                 "~",
                                 "*",
                                 "a\\b",
                                 "a\\\n'b",
                                 "!!",
                                 "#x",
                                 "{a,b}",
                                 "a\"b",
                                 "\x7f"
                                 "1",
                                 "\x01"
                                 "f"}) {
    EXPECT_EQ(WordsOf(ShellPath(path)), "[" + path + "]") << ShellPath(path);
  }
  EXPECT_EQ(WordsOf(ShellPath("-rf")), "[./-rf]");
  EXPECT_EQ(WordsOf(ShellPath("--lake=x y")), "[./--lake=x y]");
}

TEST(ShellPath, ATerminalShowsAllOfIt) {
  EXPECT_EQ(ShellPath("a\x1b[2J'\n"), "$'a\\x1b[2J\\'\\x0a'");
}

}  // namespace
}  // namespace flowlake
