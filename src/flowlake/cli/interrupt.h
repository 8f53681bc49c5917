/// Ctrl-C while a query runs.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace flowlake {

/// While it lives, SIGINT calls `cancel` (from a thread of its own, not from the signal
/// handler) instead of ending the process; a second SIGINT ends it. One at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(std::function<void()> cancel);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  int pipe_[2];
  std::thread waiter_;
};

}  // namespace flowlake
