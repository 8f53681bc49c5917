#include "flowlake/server/recurring.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "flowlake/base/log.h"

namespace flowlake {

namespace {

constexpr int kNice = 10;
constexpr int64_t kFirstPauseMs = 1000;
constexpr int64_t kLongestPauseMs = 60'000;

}  // namespace

Recurring::Recurring(RecurringOptions options, std::function<Status()> work,
                     Metrics& metrics)
    : options_(std::move(options)), work_(std::move(work)), metrics_(metrics) {
  thread_ = std::thread([this] { Run(); });
}

Recurring::~Recurring() {
  Ask();
  if (thread_.joinable()) thread_.join();
}

void Recurring::Ask() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  changed_.notify_all();
}

bool Recurring::Stop(int64_t patience_ms) {
  Ask();
  {
    std::unique_lock lock(mutex_);
    const auto patience = std::chrono::milliseconds(patience_ms);
    if (!changed_.wait_for(lock, patience, [this] { return is_over_; })) {
      thread_.detach();
      return false;
    }
  }
  thread_.join();
  return true;
}

void Recurring::Run() {
  // On Linux a priority is a thread's own, and its children's.
  if (options_.is_low_priority) {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
  }
  int64_t pause_ms = kFirstPauseMs;
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    const Status status = work_();
    lock.lock();
    int64_t wait_ms = options_.period_ms;
    if (status.ok()) {
      pause_ms = kFirstPauseMs;
    } else {
      ++metrics_.failures;
      Log(LogLevel::kError, status.message(), {{"task", options_.name}});
      wait_ms = pause_ms;
      pause_ms = std::min(2 * pause_ms, std::max(options_.period_ms, kLongestPauseMs));
    }
    changed_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                      [this] { return is_stopping_; });
  }
  is_over_ = true;
  changed_.notify_all();
}

}  // namespace flowlake
