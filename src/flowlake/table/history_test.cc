#include "flowlake/table/history.h"

#include <gmock/gmock.h>

#include "flowlake/table/table_fixture.h"

namespace flowlake {
namespace {

using testing::HasSubstr;

class HistoryTest : public TableFixture {
 protected:
  void SetUp() override { Create(); }

  /// A version committed at that time.
  void PutVersionOf(int64_t version, int64_t timestamp_ms) {
    PutEntry(version, R"({"commitInfo":{"timestamp":)" + std::to_string(timestamp_ms) +
                          R"(,"operation":"WRITE","engineInfo":"other"}})" + "\n");
  }
};

TEST_F(HistoryTest, IsNewestFirstAndCountsWhatCameAndWent) {
  Commit(EditOf({{1, 2}, {3}}));
  Edit remove;
  remove.operation = "DELETE";
  remove.remove = {Load()->files.path(0)};
  Commit(remove);
  const auto commits = ReadHistory(table_, 10).ValueOrDie();
  ASSERT_EQ(commits.size(), 3U);
  EXPECT_EQ(commits[0].operation, "DELETE");
  EXPECT_EQ(commits[0].files_removed, 1);
  EXPECT_EQ(commits[1].version, 1);
  EXPECT_EQ(commits[1].files_added, 2);
  EXPECT_EQ(commits[1].rows_added, 3);
  EXPECT_THAT(commits[1].engine, HasSubstr("flowlake"));
  EXPECT_EQ(commits[2].operation, "CREATE TABLE");
}

TEST_F(HistoryTest, OfManyVersionsOnlyTheNewestAreRead) {
  for (int i = 1; i <= 70; ++i) Commit(EditOf({{i}}));
  EXPECT_EQ(ReadHistory(table_, 1).ValueOrDie().size(), 1U);
  const auto commits = ReadHistory(table_, 1000).ValueOrDie();
  ASSERT_EQ(commits.size(), 71U);
  for (size_t i = 0; i < commits.size(); ++i) {
    EXPECT_EQ(commits[i].version, 70 - static_cast<int64_t>(i));
  }
}

TEST_F(HistoryTest, VersionAtATimeIsTheNewestNotBehindIt) {
  const int64_t base = NowMicros() / 1000 + 1'000'000;
  for (int i = 1; i <= 40; ++i) PutVersionOf(i, base + i * 1000);
  EXPECT_EQ(VersionAt(table_, base + 1000).ValueOrDie(), 1);
  EXPECT_EQ(VersionAt(table_, base + 3999).ValueOrDie(), 3);
  EXPECT_EQ(VersionAt(table_, base + 9'000'000).ValueOrDie(), 40);
  EXPECT_THAT(VersionAt(table_, 1000).status().message(),
              HasSubstr("there is no version of 1970-01-01 00:00:01 UTC; its log goes "
                        "back to 2"));
}

TEST_F(HistoryTest, PastVersionWhoseFilesAreGoneIsAnErrorThatNamesIt) {
  Commit(EditOf({{1}, {2}}));
  const std::string path = Load()->files.path(0);
  Edit remove;
  remove.operation = "DELETE";
  remove.remove = {path};
  Commit(remove);
  EXPECT_EQ(LoadPast(table_, 1).ValueOrDie()->files.size(), 2U);
  ASSERT_TRUE(store_->Delete("vpc_flow/" + path).ok());
  const std::string message = LoadPast(table_, 1).status().message();
  EXPECT_THAT(message, HasSubstr("version 1 cannot be read any more"));
  EXPECT_THAT(message, HasSubstr("1 of its 2 files, " + path));
  EXPECT_TRUE(LoadPast(table_, 2).ok());
}

TEST_F(HistoryTest, TableThatIsNoneIsAnError) {
  EXPECT_THAT(ReadHistory(Table(store_, "none"), 1).status().message(),
              HasSubstr("there is no such table"));
}

}  // namespace
}  // namespace flowlake
