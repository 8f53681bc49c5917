#include "flowlake/query/sampling.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr int64_t kFullGroup = int64_t{256} << 10;

int64_t Groups(const std::map<int64_t, DrawnGroups>& drawn) {
  int64_t count = 0;
  for (const auto& [file, of_file] : drawn) {
    count += static_cast<int64_t>(of_file.groups.size());
  }
  return count;
}

TEST(DrawRowGroups, TakesTheShareOfTheRowsOverAllFiles) {
  const std::vector<SampleSource> files = {{0, 20 * kFullGroup}, {1, 20 * kFullGroup}};
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(Groups(DrawRowGroups(files, 0.1, seed)), 4) << seed;
  }
}

TEST(DrawRowGroups, SameSeedSameGroupsAndOtherSeedsOthers) {
  const std::vector<SampleSource> files = {{0, 40 * kFullGroup}};
  const auto groups = [&](uint64_t seed) {
    return DrawRowGroups(files, 0.1, seed).at(0).groups;
  };
  EXPECT_EQ(groups(7), groups(7));
  EXPECT_NE(groups(7), groups(8));
}

TEST(DrawRowGroups, SmallFilesAreNoSampleOfALargeOne) {
  const std::vector<SampleSource> files = {{0, 17}, {1, 4 * kFullGroup}, {2, 3}};
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto drawn = DrawRowGroups(files, 0.1, seed);
    ASSERT_TRUE(drawn.contains(1)) << seed;
    EXPECT_EQ(drawn.at(1).groups.size(), 1U);
  }
}

TEST(DrawRowGroups, NeverEmptyUnlessThereIsNothing) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(Groups(DrawRowGroups({{0, 1}}, 0.0001, seed)), 1);
  }
  EXPECT_TRUE(DrawRowGroups({}, 0.5, 1).empty());
}

TEST(DrawRowGroups, AllOfItIsEveryGroup) {
  const std::vector<SampleSource> files = {{0, 5 * kFullGroup + 1}, {1, 10}};
  EXPECT_EQ(Groups(DrawRowGroups(files, 1, 3)), 7);
}

// A compacted window of ten full groups and its sample, and a file in order of arrival.
class StrataTest : public testing::Test {
 protected:
  static SampledFile File(int64_t rows, const std::string& sample,
                          const std::string& group) {
    return {0, rows, sample, group};
  }
  std::map<int64_t, DrawnGroups> Draw(double fraction, uint64_t seed = 1) const {
    std::vector<SampledFile> files = files_;
    for (size_t i = 0; i < files.size(); ++i) files[i].number = static_cast<int64_t>(i);
    return DrawFromStrata(StrataOf(files, fraction), seed);
  }
  static size_t GroupsOf(const std::map<int64_t, DrawnGroups>& drawn, int64_t file) {
    return drawn.contains(file) ? drawn.at(file).groups.size() : 0;
  }

  std::vector<SampledFile> files_{File(9 * kFullGroup, kSampleRest, ""),
                                  File(kFullGroup, "0.1", "32768")};
};

TEST_F(StrataTest, ATenthIsTheWholeSampleAndNothingElse) {
  const auto drawn = Draw(0.1);
  EXPECT_EQ(GroupsOf(drawn, 0), 0u);
  EXPECT_EQ(GroupsOf(drawn, 1), 8u);
}

TEST_F(StrataTest, LessIsRowGroupsOfTheSample) {
  const auto drawn = Draw(0.05);
  EXPECT_EQ(GroupsOf(drawn, 0), 0u);
  EXPECT_EQ(GroupsOf(drawn, 1), 4u);
}

TEST_F(StrataTest, MoreIsTheSampleAndRowGroupsOfTheRest) {
  const auto drawn = Draw(0.4);
  EXPECT_EQ(GroupsOf(drawn, 0), 3u);
  EXPECT_EQ(GroupsOf(drawn, 1), 8u);
}

TEST_F(StrataTest, FilesThatWereNotCompactedGiveTheirShare) {
  files_.push_back(File(20 * kFullGroup, "", ""));
  const auto drawn = Draw(0.1);
  EXPECT_EQ(GroupsOf(drawn, 0), 0u);
  EXPECT_EQ(GroupsOf(drawn, 1), 8u);
  EXPECT_EQ(GroupsOf(drawn, 2), 2u);
}

TEST_F(StrataTest, ASmallFileBesideTheSampleIsDrawnAsOftenAsItShould) {
  files_.push_back(File(1000, "", ""));
  int drawn = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) drawn += GroupsOf(Draw(0.1, seed), 2) > 0;
  EXPECT_NEAR(drawn, 100, 40);
}

TEST_F(StrataTest, NeverEmptyWhatIsLeftAfterPruning) {
  files_ = {File(1000, kSampleRest, "")};
  EXPECT_EQ(GroupsOf(Draw(0.01), 0), 1u);
  files_ = {File(10, "0.1", ""), File(5, "", "")};
  for (uint64_t seed = 0; seed < 50; ++seed) EXPECT_FALSE(Draw(0.0001, seed).empty());
}

}  // namespace
}  // namespace flowlake
