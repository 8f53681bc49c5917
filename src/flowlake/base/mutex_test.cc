#include "flowlake/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace flowlake {
namespace {

class Counter {
 public:
  void Add() EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }
  int WaitFor(int count) EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (count_ < count) changed_.Wait(mutex_);
    return count_;
  }
  bool IsReached(int count, std::chrono::milliseconds patience) EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const MutexLock lock(mutex_);
    while (count_ < count) {
      if (!changed_.WaitUntil(mutex_, deadline)) return count_ >= count;
    }
    return true;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int count_ GUARDED_BY(mutex_) = 0;
};

TEST(MutexTest, OneThreadAtATime) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 10'000;
  Counter counter;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int time = 0; time < kTimes; ++time) counter.Add();
    });
  }
  EXPECT_EQ(counter.WaitFor(kThreads * kTimes), kThreads * kTimes);
}

TEST(MutexTest, WaitingEndsAtTheDeadlineWithTheMutexHeld) {
  Counter counter;
  EXPECT_FALSE(counter.IsReached(1, std::chrono::milliseconds(5)));
  counter.Add();
  EXPECT_TRUE(counter.IsReached(1, std::chrono::milliseconds(5)));
}

}  // namespace
}  // namespace flowlake
