#include "flowlake/compact/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr int64_t kHour = 3600 * kMicrosPerSecond;
constexpr Date kDay = 20717;  // 2026-09-21
constexpr int64_t kMiB = int64_t{1} << 20;

class PlanTest : public testing::Test {
 protected:
  DataFile File(int first_hour, int last_hour, int64_t bytes, Date date = kDay) {
    DataFile file;
    file.path = "part-" + std::to_string(files_++);
    file.date = date;
    file.rows = 100;
    file.bytes = bytes;
    file.statistics["start"] = {0, Value(date * kMicrosPerDay + first_hour * kHour),
                                Value(date * kMicrosPerDay + last_hour * kHour + 1),
                                true};
    return file;
  }
  DataFile Compacted(int hour, int64_t bytes) {
    DataFile file = File(hour, hour, bytes);
    file.tags[kSortedTag] = "";
    return file;
  }
  CompactionPlan Plan(std::vector<DataFile> files) {
    Snapshot snapshot;
    snapshot.schema = Schema("vpc_flow", {{"start", ColumnType::kTimestamp}});
    snapshot.files = std::move(files);
    return PlanCompaction(snapshot, settings_, options_);
  }
  static std::vector<std::string> Paths(const CompactionTask& task) {
    std::vector<std::string> paths;
    for (const DataFile& file : task.files) paths.push_back(file.path);
    return paths;
  }

  int files_ = 0;
  CompactionSettings settings_;
  PlanOptions options_{(kDay + 2) * kMicrosPerDay, {}, {}, false};
};

TEST_F(PlanTest, ASmallDayIsOneWindow) {
  const auto plan = Plan({File(0, 3, kMiB), File(4, 23, kMiB)});
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_EQ(plan.tasks[0].window_hours, 24);
  EXPECT_EQ(plan.tasks[0].files.size(), 2u);
}

TEST_F(PlanTest, WindowsHoldTheWindowsBytes) {
  EXPECT_EQ(Plan({File(0, 23, 1500 * kMiB)}).tasks[0].window_hours, 12);
  EXPECT_EQ(Plan({File(0, 23, 4200 * kMiB)}).tasks[0].window_hours, 3);
  EXPECT_EQ(Plan({File(0, 23, 12'300 * kMiB)}).tasks[0].window_hours, 1);
}

TEST_F(PlanTest, TasksAreBoundedAndInTheOrderOfTime) {
  std::vector<DataFile> files;
  for (int hour = 23; hour >= 0; --hour) files.push_back(File(hour, hour, 600 * kMiB));
  const auto plan = Plan(files);
  ASSERT_EQ(plan.tasks.size(), 4u);
  for (const CompactionTask& task : plan.tasks) {
    EXPECT_LE(task.bytes(), settings_.task_bytes);
  }
  EXPECT_EQ(plan.tasks[0].files[0].path, "part-23");
}

TEST_F(PlanTest, AWindowIsDueTwoHoursAfterItsEnd) {
  options_.now = (kDay + 1) * kMicrosPerDay + 2 * kHour - 1;
  EXPECT_EQ(Plan({File(0, 0, kMiB)}).tasks.size(), 0u);
  EXPECT_EQ(Plan({File(0, 0, kMiB)}).waiting_files, 1);
  options_.now += 1;
  EXPECT_EQ(Plan({File(0, 0, kMiB)}).tasks.size(), 1u);
}

TEST_F(PlanTest, AllTakesWhatIsNotDue) {
  options_.now = 0;
  options_.all = true;
  EXPECT_EQ(Plan({File(0, 0, kMiB)}).tasks.size(), 1u);
}

TEST_F(PlanTest, LateFilesTakeSmallCompactedOnesAlong) {
  std::vector<DataFile> files{Compacted(0, kMiB)};
  for (int i = 0; i < settings_.late_files; ++i) files.push_back(File(0, 0, kMiB));
  const auto plan = Plan(files);
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_EQ(plan.tasks[0].files.size(), files.size());
}

TEST_F(PlanTest, LargeCompactedFilesAreLeftAlone) {
  std::vector<DataFile> files{Compacted(0, 400 * kMiB)};
  for (int i = 0; i < settings_.late_files; ++i) files.push_back(File(0, 0, kMiB));
  EXPECT_THAT(Paths(Plan(files).tasks.at(0)),
              testing::Not(testing::Contains(files[0].path)));
}

TEST_F(PlanTest, DaysOutsideAreLeftAlone) {
  options_.from = kDay;
  options_.to = kDay;
  const auto plan =
      Plan({File(0, 0, kMiB, kDay - 1), File(0, 0, kMiB), File(0, 0, kMiB, kDay + 1)});
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_EQ(plan.tasks[0].date, kDay);
}

}  // namespace
}  // namespace flowlake
