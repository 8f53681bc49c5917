#include "flowlake/server/watcher.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "flowlake/server/metrics.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

namespace fs = std::filesystem;

std::string Line(int number) {
  return "2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 " +
         std::to_string(1'790'000'000 + number) + " 1790000060 ACCEPT OK\n";
}

class WatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Append(const std::string& bytes) const {
    std::ofstream(folder_ / "app.log", std::ios::binary | std::ios::app) << bytes;
  }
  void Age(std::chrono::seconds age) const {
    fs::last_write_time(folder_ / "app.log", fs::file_time_type::clock::now() - age);
  }
  int64_t RowsAfter(Watcher& watcher) {
    EXPECT_TRUE(watcher.Look().ok());
    const auto snapshot = writer_.lake().table("vpc_flow").Load();
    return snapshot.ok() ? (*snapshot)->rows() : 0;
  }

  const fs::path folder_ = fs::temp_directory_path() / "flowlake_watcher";
  Metrics metrics_;
  LakeWriter writer_{Lake::OpenOrCreate(MakeMemoryStore()).ValueOrDie(), 256 << 20,
                     metrics_};
};

TEST_F(WatcherTest, AFileThatNeverSettlesIsFollowedLineByLine) {
  Watcher watcher({folder_.string()}, writer_, OpenStore, std::chrono::seconds(0));
  Append(Line(1) + Line(2).substr(0, 30));
  EXPECT_EQ(RowsAfter(watcher), 1);
  EXPECT_EQ(RowsAfter(watcher), 1);
  Append(Line(2).substr(30) + Line(3));
  EXPECT_EQ(RowsAfter(watcher), 3);
  fs::rename(folder_ / "app.log", folder_ / "app.log.1");
  Append(Line(4));
  EXPECT_EQ(RowsAfter(watcher), 4);
}

TEST_F(WatcherTest, AFileThatMaySettleIsLeftAlone) {
  Watcher watcher({folder_.string()}, writer_);
  Append(Line(1));
  EXPECT_EQ(RowsAfter(watcher), 0);
  EXPECT_EQ(RowsAfter(watcher), 0);
  Age(std::chrono::seconds(20));
  EXPECT_EQ(RowsAfter(watcher), 1);
}

TEST_F(WatcherTest, ALastLineWithoutEndIsTakenOnceTheFileWasLeftAlone) {
  Watcher watcher({folder_.string()}, writer_);
  Append(Line(1) + Line(2).substr(0, Line(2).size() - 1));
  Age(std::chrono::seconds(20));
  EXPECT_EQ(RowsAfter(watcher), 1);
  EXPECT_EQ(RowsAfter(watcher), 1);
  Age(std::chrono::minutes(11));
  EXPECT_EQ(RowsAfter(watcher), 2);
  Append("\n" + Line(3));
  Age(std::chrono::seconds(20));
  EXPECT_EQ(RowsAfter(watcher), 3);
}

}  // namespace
}  // namespace flowlake
