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

}  // namespace
}  // namespace flowlake
