/// Work that is done again and again beside the rest.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "flowlake/base/status.h"
#include "flowlake/server/metrics.h"

namespace flowlake {

struct RecurringOptions {
  std::string name;  ///< for the log
  int64_t period_ms = 0;
  /// Leaves the processor to everything else.
  bool is_low_priority = false;
};

/// A thread of its own, from construction to Stop().
class Recurring {
 public:
  /// The first call is at once, the next a period after it has returned. After an error,
  /// which is logged, a second at first, then twice as long each time, up to a minute or
  /// the period.
  Recurring(RecurringOptions options, std::function<Status()> work, Metrics& metrics);
  ~Recurring();
  Recurring(const Recurring&) = delete;
  Recurring& operator=(const Recurring&) = delete;

  /// No call begins any more.
  void Ask();
  /// Ask(), and whether the call under way has returned within `patience_ms`. If not, the
  /// thread is left to itself, and nothing that it uses may be destroyed.
  bool Stop(int64_t patience_ms);

 private:
  void Run();

  const RecurringOptions options_;
  const std::function<Status()> work_;
  Metrics& metrics_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace flowlake
