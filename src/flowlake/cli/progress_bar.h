/// One line on a terminal that shows how far something is.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace flowlake {

/// What the bar shows now. `total` < 0 is unknown: then no share and no time left.
struct BarState {
  int64_t done = 0;
  int64_t total = -1;
  bool is_bytes = true;  ///< else no rate is shown, only share and time left
  std::string text;      ///< behind the bar, without control characters
};

/// "[#######-------] 42 %  12.3 MB/s  0:31 left  text" in at most `width` columns.
std::string DrawBar(const BarState& state, double seconds, int width);

/// Draws on stderr ten times a second from a thread of its own, from half a second on,
/// until it is destroyed, which removes the line. Does nothing unless stderr is a
/// terminal.
class ProgressBar {
 public:
  /// `state` is called from that thread.
  explicit ProgressBar(std::function<BarState()> state);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

 private:
  void Loop(const std::stop_token& stop);

  std::function<BarState()> state_;
  std::chrono::steady_clock::time_point started_;
  std::mutex mutex_;
  std::condition_variable_any wake_;  // only its waits, which a stop request ends
  std::jthread thread_;
};

}  // namespace flowlake
