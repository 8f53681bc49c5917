#include "flowlake/source/glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class GlobTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            ("flowlake_glob_" +
             std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& path) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << "x";
  }

  std::vector<std::string> Expand(const std::string& pattern) {
    std::vector<std::string> names;
    for (const auto& path : ExpandGlob((root_ / pattern).string()).ValueOrDie()) {
      names.push_back(fs::path(path).lexically_relative(root_).string());
    }
    return names;
  }

  fs::path root_;
};

TEST(IsGlob, NeedsOneOfThreeCharacters) {
  EXPECT_TRUE(IsGlob("a*"));
  EXPECT_TRUE(IsGlob("a?c"));
  EXPECT_TRUE(IsGlob("[ab]"));
  EXPECT_FALSE(IsGlob("a]b{c}"));
}

TEST_F(GlobTest, StarStaysWithinAName) {
  Write("a.log");
  Write("x/b.log");
  EXPECT_THAT(Expand("*.log"), ElementsAre("a.log"));
  EXPECT_THAT(Expand("*/*.log"), ElementsAre("x/b.log"));
}

TEST_F(GlobTest, LeadingDotIsMatchedByADotOnly) {
  Write(".hidden.log");
  Write(".folder/a.log");
  EXPECT_THAT(Expand("*.log"), IsEmpty());
  EXPECT_THAT(Expand("**/*.log"), IsEmpty());
  EXPECT_THAT(Expand(".h*"), ElementsAre(".hidden.log"));
}

TEST_F(GlobTest, TwoStarsAreAnyNumberOfFoldersAndFollowNoLinks) {
  Write("a.log");
  Write("x/y/b.log");
  fs::create_directory_symlink(root_ / "x", root_ / "x/y/loop");
  EXPECT_THAT(Expand("**/*.log"), ElementsAre("a.log", "x/y/b.log"));
  EXPECT_THAT(Expand("x/**/b.log"), ElementsAre("x/y/b.log"));
}

TEST_F(GlobTest, SetsAndQuestionMarks) {
  Write("1.log");
  Write("2.log");
  Write("33.log");
  EXPECT_THAT(Expand("[!2].log"), ElementsAre("1.log"));
  EXPECT_THAT(Expand("??.log"), ElementsAre("33.log"));
}

TEST_F(GlobTest, NothingThatMatchesIsNoError) {
  Write("a.log");
  EXPECT_THAT(Expand("*.gz"), IsEmpty());
  EXPECT_THAT(Expand("nowhere/*.log"), IsEmpty());
}

TEST_F(GlobTest, FileOnTheWayMatchesNothing) {
  Write("a.log");
  EXPECT_THAT(Expand("a.log/*"), IsEmpty());
}

}  // namespace
}  // namespace flowlake
