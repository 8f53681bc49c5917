#include "flowlake/ingest/memory_plan.h"

#include <gtest/gtest.h>

namespace flowlake {
namespace {

constexpr int64_t kMiB = 1 << 20;

TEST(PlanMemory, DefaultIsOfAsManyThreadsAsThereAre) {
  EXPECT_EQ(PlanMemory(0, 1).writer_bytes, PlanMemory(256 * kMiB, 1).writer_bytes);
  EXPECT_EQ(PlanMemory(0, 2).writer_bytes, PlanMemory(512 * kMiB, 2).writer_bytes);
  EXPECT_EQ(PlanMemory(0, 2).threads, 2);
  EXPECT_GE(PlanMemory(0, 64).threads, 4);
}

TEST(PlanMemory, LittleMemoryMeansFewerThreads) {
  EXPECT_EQ(PlanMemory(1, 8).threads, 1);
  EXPECT_EQ(PlanMemory(200 * kMiB, 8).threads, 2);
  EXPECT_EQ(PlanMemory(8192 * kMiB, 8).threads, 8);
}

TEST(PlanMemory, WritersGetTheRestButNeverNothing) {
  EXPECT_GT(PlanMemory(1, 1).writer_bytes, 0);
  EXPECT_GT(PlanMemory(2048 * kMiB, 2).writer_bytes, PlanMemory(0, 2).writer_bytes);
}

TEST(PlanMemory, LeavesRoomForWhatIsOnItsWay) {
  const MemoryPlan files = PlanMemory(512 * kMiB, 2);
  const MemoryPlan objects = PlanMemory(512 * kMiB, 2, 32 * kMiB);
  EXPECT_EQ(objects.threads, 2);
  EXPECT_EQ(files.writer_bytes - objects.writer_bytes, 32 * kMiB);
}

}  // namespace
}  // namespace flowlake
