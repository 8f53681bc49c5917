#include "flowlake/cli/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "flowlake/base/byte_size.h"
#include "flowlake/cli/command.h"

namespace flowlake {

namespace {

constexpr int kBarCells = 24;
constexpr double kLongestClock = 99 * 3600;
constexpr auto kPeriod = std::chrono::milliseconds(100);
// What is over sooner needs no bar.
constexpr auto kDelay = std::chrono::milliseconds(500);

std::string Cells(double share) {
  const auto filled = static_cast<size_t>(share * kBarCells);
  return "[" + std::string(filled, '#') + std::string(kBarCells - filled, '-') + "]";
}

std::string Clock(double seconds) {
  const auto whole = static_cast<int64_t>(std::min(seconds, kLongestClock));
  char text[32];
  std::snprintf(text, sizeof text, "%d:%02d left", static_cast<int>(whole / 60),
                static_cast<int>(whole % 60));
  return text;
}

int TerminalWidth() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string DrawBar(const BarState& state, double seconds, int width) {
  std::string line;
  const double rate = seconds > 0 ? static_cast<double>(state.done) / seconds : 0;
  if (state.total > 0) {
    const double share = std::clamp(
        static_cast<double>(state.done) / static_cast<double>(state.total), 0.0, 1.0);
    char percent[16];
    std::snprintf(percent, sizeof percent, " %3.0f %%  ", share * 100);
    line += Cells(share) + percent;
  }
  if (state.is_bytes) line += FormatByteSize(static_cast<int64_t>(rate)) + "/s  ";
  if (state.total > 0 && rate > 0) {
    const auto left = static_cast<double>(std::max<int64_t>(state.total - state.done, 0));
    line += Clock(left / rate) + "  ";
  }
  line += state.text;
  return line.substr(0, static_cast<size_t>(std::max(width - 1, 0)));
}

ProgressBar::ProgressBar(std::function<BarState()> state)
    : state_(std::move(state)), started_(std::chrono::steady_clock::now()) {
  if (!IsTerminal(STDERR_FILENO)) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

ProgressBar::~ProgressBar() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void ProgressBar::Loop(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto never = [] { return false; };
  wake_.wait_for(lock, stop, kDelay, never);
  if (stop.stop_requested()) return;
  while (!stop.stop_requested()) {
    const std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - started_;
    std::cerr << '\r' << DrawBar(state_(), elapsed.count(), TerminalWidth()) << "\x1b[K"
              << std::flush;
    wake_.wait_for(lock, stop, kPeriod, never);
  }
  std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace flowlake
