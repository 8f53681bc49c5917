#include "flowlake/table/file_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace flowlake {
namespace {

using testing::ElementsAre;

DataFile Plain(const std::string& path, std::optional<Date> date) {
  DataFile file;
  file.path = path;
  file.date = date;
  file.rows = 17;
  file.bytes = 4711;
  file.modified_ms = 1'790'000'000'123;
  return file;
}

DataFile Rich() {
  DataFile file = Plain("date=2026-09-21/part-1.parquet", ParseDate("2026-09-21"));
  file.statistics["start"] = {3, Value(int64_t{-5}), Value(int64_t{1} << 60), false};
  file.statistics["srcaddr"] = {0, Value("10.0.0.1"), Value("10.0.0.9"), true};
  file.statistics["action"] = {-1, Value("ACCEPT"), Value("ACCEPT"), true};
  file.statistics["unknown"] = {2, std::nullopt, std::nullopt, true};
  file.statistics["bounded"] = {0, std::nullopt, Value("z"), false};
  file.column_bytes = {{"start", 100}, {"srcaddr", int64_t{1} << 40}};
  file.tags = {{"flowlake.window", "2026-09-21T06/3"}, {"flowlake.sample", ""}};
  return file;
}

TEST(FileListTest, GivesBackWhatWasPacked) {
  const DataFile rich = Rich();
  const DataFile null_day = Plain("date=__HIVE_DEFAULT_PARTITION__/x", std::nullopt);
  const DataFile elsewhere = Plain("a b.parquet", ParseDate("2026-09-21"));
  const FileList list({rich, null_day, elsewhere});
  EXPECT_THAT(list, ElementsAre(elsewhere, rich, null_day));
}

TEST(FileListTest, GivesSinglePartsWithoutTheRest) {
  const DataFile rich = Rich();
  const FileList list({rich});
  EXPECT_EQ(list.path(0), rich.path);
  EXPECT_EQ(list.date(0), rich.date);
  EXPECT_EQ(list.rows(0), rich.rows);
  EXPECT_EQ(list.bytes(0), rich.bytes);
  for (const auto& [name, column] : rich.statistics) {
    EXPECT_EQ(list.statistics(0, name), column) << name;
  }
  EXPECT_EQ(list.statistics(0, "end"), std::nullopt);
  for (const auto& [name, value] : rich.tags) EXPECT_EQ(list.tag(0, name), value);
  EXPECT_EQ(list.tag(0, "flowlake.none"), "");
}

TEST(FileListTest, LacksAColumnOnlyIfTheLogListsOthers) {
  const FileList list({Plain("a", std::nullopt), Rich()});
  EXPECT_FALSE(list.Lacks(0, "end"));
  EXPECT_TRUE(list.Lacks(1, "end"));
  EXPECT_FALSE(list.Lacks(1, "srcaddr"));
}

TEST(FileListTest, FindsByPath) {
  std::vector<DataFile> files;
  for (int i = 0; i < 100; ++i) {
    files.push_back(Plain("part-" + std::to_string(i), std::nullopt));
  }
  const FileList list(files);
  for (const DataFile& file : files) EXPECT_EQ(list[*list.Find(file.path)], file);
  EXPECT_EQ(list.Find("part-100"), std::nullopt);
  EXPECT_EQ(list.Find(""), std::nullopt);
  EXPECT_FALSE(FileList().Contains("part-1"));
}

TEST(FileListTest, KeepsExtremeNumbersAndLongTexts) {
  DataFile file = Plain(std::string(3 << 20, 'p'), std::numeric_limits<Date>::max());
  file.rows = std::numeric_limits<int64_t>::max();
  file.modified_ms = std::numeric_limits<int64_t>::min();
  file.statistics["x"] = {0, Value(std::numeric_limits<int64_t>::min()),
                          Value(std::numeric_limits<int64_t>::max()), true};
  const FileList list({file, Rich()});
  EXPECT_THAT(list, ElementsAre(Rich(), file));
}

}  // namespace
}  // namespace flowlake
