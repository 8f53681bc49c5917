#include "flowlake/source/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "flowlake/source/key_layout.h"
#include "flowlake/source/stored_file.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ListInputsTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            ("flowlake_inputs_" +
             std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::vector<std::string> no_logs_;  // of the last List()

  void Write(const std::string& path) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << "x";
  }

  std::vector<std::string> List(const std::vector<std::string>& below_root,
                                const Selection& selection = {}) {
    std::vector<std::string> arguments;
    for (const auto& path : below_root) arguments.push_back((root_ / path).string());
    auto listing = ListInputs(arguments, selection);
    if (!listing.ok()) return {listing.status().message()};
    no_logs_.clear();
    for (const std::string& name : listing->no_logs) {
      no_logs_.push_back(fs::path(name).lexically_relative(root_).string());
    }
    std::vector<std::string> names;
    for (const Input& input : listing->inputs) {
      names.push_back(fs::path(input.name).lexically_relative(root_).string());
    }
    return names;
  }

  fs::path root_;
};

TEST_F(ListInputsTest, FolderGivesItsFilesRecursivelyWithoutHiddenAndBookkeeping) {
  Write("in/b.log");
  Write("in/a/c.log");
  Write("in/.hidden");
  Write("in/_temporary/0.json");
  Write("in/a/_SUCCESS");
  EXPECT_THAT(List({"in"}), ElementsAre("in/a/c.log", "in/b.log"));
  EXPECT_THAT(no_logs_, ElementsAre("in/.hidden", "in/_temporary", "in/a/_SUCCESS"));
}

TEST_F(ListInputsTest, LakeBelowTheLogsIsNoInput) {
  Write("in/a.log");
  Write("in/lake/flowlake.toml");
  Write("in/lake/vpc_flow/date=2026-09-21/part-1.parquet");
  EXPECT_THAT(List({"in"}), ElementsAre("in/a.log"));
}

TEST_F(ListInputsTest, TableBelowTheLogsIsNoInput) {
  Write("in/a.log");
  Write("in/table/_delta_log/00000000000000000000.json");
  Write("in/table/part-1.parquet");
  EXPECT_THAT(List({"in"}), ElementsAre("in/a.log"));
}

TEST_F(ListInputsTest, LakeAndItsTablesAreNoArguments) {
  Write("lake/flowlake.toml");
  Write("lake/vpc_flow/_delta_log/00000000000000000000.json");
  EXPECT_THAT(List({"lake"}), ElementsAre(HasSubstr("is a lake")));
  EXPECT_THAT(List({"lake/vpc_flow"}), ElementsAre(HasSubstr("is a lake")));
}

TEST_F(ListInputsTest, PipesAndStdinAreStreamsWhereTheyAreNamed) {
  const std::string pipe = (root_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto inputs = ListInputs({"-", pipe}, {}).ValueOrDie().inputs;
  ASSERT_EQ(inputs.size(), 2U);
  for (const Input& input : inputs) {
    EXPECT_TRUE(input.is_stream) << input.name;
    EXPECT_EQ(input.bytes, -1);
  }
  EXPECT_THAT(List({"."}), IsEmpty());
}

TEST_F(ListInputsTest, AnyBytesButSlashAndNulMakeAName) {
  Write("in/two\nlines");
  Write("in/\xff\xfe");
  EXPECT_THAT(List({"in"}), ElementsAre("in/two\nlines", "in/\xff\xfe"));
}

TEST_F(ListInputsTest, LinksToFilesAreFollowedAndBrokenOnesAndLoopsAreNot) {
  Write("in/a.log");
  fs::create_symlink(root_ / "in/a.log", root_ / "in/link.log");
  fs::create_symlink(root_ / "nowhere", root_ / "in/broken.log");
  fs::create_directory_symlink(root_ / "in", root_ / "in/loop");
  EXPECT_THAT(List({"in"}), ElementsAre("in/a.log", "in/link.log"));
  EXPECT_THAT(List({"in/loop"}), ElementsAre("in/loop/a.log", "in/loop/link.log"));
}

class WithoutLinks : public ListInputsTest {
 protected:
  void SetUp() override {
    ListInputsTest::SetUp();
    Write("secret");
    Write("in/sub/a.log");
    selection_.follows_links = false;
  }

  /// What is read of the input that was listed as `path`.
  Status ReadListed(const std::string& argument, const std::string& path) {
    const auto listing = ListInputs({(root_ / argument).string()}, selection_);
    for (const Input& input : listing.ValueOrDie().inputs) {
      if (input.name != root_ / path) continue;
      before_read_();
      ARROW_ASSIGN_OR_RAISE(const auto file, StoredFile::Open(input));
      char byte = 0;
      return file->Read({&byte, 1}).status();
    }
    return Status::KeyError("not listed");
  }

  Selection selection_;
  std::function<void()> before_read_ = [] {};
};

TEST_F(WithoutLinks, TheyAreNamedAndNotListed) {
  fs::create_symlink(root_ / "secret", root_ / "in/link.log");
  fs::create_directory_symlink(root_, root_ / "in/sub/up");
  EXPECT_THAT(List({"in"}, selection_), ElementsAre("in/sub/a.log"));
  EXPECT_THAT(ListInputs({(root_ / "in").string()}, selection_).ValueOrDie().links,
              ElementsAre(root_ / "in/link.log", root_ / "in/sub/up"));
}

TEST_F(WithoutLinks, FileIsReadByFolderPathAndGlob) {
  EXPECT_TRUE(ReadListed("in", "in/sub/a.log").ok());
  EXPECT_TRUE(ReadListed("in/sub/a.log", "in/sub/a.log").ok());
  EXPECT_TRUE(ReadListed("in/*/a.log", "in/sub/a.log").ok());
}

TEST_F(WithoutLinks, FileThatBecameALinkSinceItWasListedIsNotRead) {
  before_read_ = [this] {
    fs::remove(root_ / "in/sub/a.log");
    fs::create_symlink(root_ / "secret", root_ / "in/sub/a.log");
  };
  EXPECT_THAT(ReadListed("in", "in/sub/a.log").message(), HasSubstr("a symbolic link"));
}

TEST_F(WithoutLinks, FolderThatBecameALinkSinceItWasListedIsNotEntered) {
  Write("elsewhere/a.log");
  before_read_ = [this] {
    fs::remove_all(root_ / "in/sub");
    fs::create_directory_symlink(root_ / "elsewhere", root_ / "in/sub");
  };
  EXPECT_THAT(ReadListed("in", "in/sub/a.log").message(), HasSubstr("a symbolic link"));
}

TEST_F(ListInputsTest, SelectionHoldsForNamedFilesAndGlobsToo) {
  const std::string base = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/";
  Write(base + "20/a.log");
  Write(base + "21/b.log");
  Selection selection;
  selection.from = ParseDate("2026-09-21");
  EXPECT_THAT(List({base + "20/a.log", base + "21/b.log"}, selection),
              ElementsAre(base + "21/b.log"));
  EXPECT_THAT(List({"AWSLogs/**/*.log"}, selection), ElementsAre(base + "21/b.log"));
}

TEST_F(ListInputsTest, EachInputComesOnceHoweverOftenItIsNamed) {
  Write("a.log");
  EXPECT_THAT(List({"a.log", "a.log", "*.log"}), ElementsAre("a.log"));
}

TEST_F(ListInputsTest, GlobsMatchNamesAndAnyDepth) {
  Write("x/1.log");
  Write("x/2.txt");
  Write("y/z/3.log");
  EXPECT_THAT(List({"*/*.log"}), ElementsAre("x/1.log"));
  EXPECT_THAT(List({"**/*.log"}), ElementsAre("x/1.log", "y/z/3.log"));
  EXPECT_THAT(List({"x/[12].*"}), ElementsAre("x/1.log", "x/2.txt"));
}

TEST_F(ListInputsTest, ExistingNameWithBracketsIsMeantLiterally) {
  Write("a[1].log");
  EXPECT_THAT(List({"a[1].log"}), ElementsAre("a[1].log"));
}

TEST_F(ListInputsTest, MissingNamesAreNamed) {
  EXPECT_THAT(List({"nothing.log"}), ElementsAre(HasSubstr("nothing.log")));
  EXPECT_THAT(List({"*.nothing"}), ElementsAre(HasSubstr("*.nothing")));
}

TEST_F(ListInputsTest, OnlyMatchingFoldersOfThePlainLayoutAreVisited) {
  const std::string base = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/09/";
  Write(base + "20/a.log");
  Write(base + "21/b.log");
  Write(base + "22/00/c.log");
  Write("AWSLogs/210987654321/vpcflowlogs/us-east-1/2026/09/21/d.log");
  Selection selection;
  selection.from = ParseDate("2026-09-21");
  selection.to = ParseDate("2026-09-22");
  selection.accounts = {"123456789012"};
  EXPECT_THAT(List({"AWSLogs"}, selection),
              ElementsAre(base + "21/b.log", base + "22/00/c.log"));
  selection.regions = {"eu-west-1"};
  EXPECT_THAT(List({"AWSLogs"}, selection), IsEmpty());
}

TEST_F(ListInputsTest, OnlyMatchingFoldersOfTheHiveLayoutAreVisited) {
  const std::string base =
      "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/";
  Write(base + "year=2025/month=12/day=31/a.log");
  Write(base + "year=2026/month=01/day=01/hour=03/b.log");
  Selection selection;
  selection.from = ParseDate("2026-01-01");
  EXPECT_THAT(List({"AWSLogs"}, selection),
              ElementsAre(base + "year=2026/month=01/day=01/hour=03/b.log"));
}

TEST(ParseKey, ReadsTheFileName) {
  const KeyParts parts = ParseKey(
      "x/111111111111_vpcflowlogs_us-east-2_fl-023c6afa025ee5a04_20230128T0930Z_3a9dfd9d"
      ".log.gz");
  EXPECT_EQ(parts.account, "111111111111");
  EXPECT_EQ(parts.region, "us-east-2");
  EXPECT_EQ(parts.date(), ParseDate("2023-01-28"));
}

TEST(ParseDelivery, GivesTheFlowLogAndTheMinute) {
  const auto delivery = ParseDelivery(
      "d/111111111111_vpcflowlogs_us-east-2_fl-02_20230128T0930Z_3a9d.log.gz");
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->flow_log, "111111111111_vpcflowlogs_us-east-2_fl-02");
  EXPECT_EQ(delivery->minute, *ParseDate("2023-01-28") * 1440 + 9 * 60 + 30);
  EXPECT_FALSE(ParseDelivery("flow.log"));
  EXPECT_FALSE(
      ParseDelivery("111111111111_vpcflowlogs_us-east-2_fl-02_20230199T0930Z_3"));
}

TEST(ParseKey, OrganisationLayoutAndImpossibleDays) {
  EXPECT_EQ(ParseKey("AWSLogs/o-abc/123456789012/vpcflowlogs/us-east-1/2026/02").account,
            "123456789012");
  EXPECT_EQ(ParseKey("AWSLogs/123456789012/vpcflowlogs/r/2026/02/30/x.log").date(),
            std::nullopt);
  EXPECT_EQ(ParseKey("2026/02/28/x.log").date(), std::nullopt);
}

}  // namespace
}  // namespace flowlake
