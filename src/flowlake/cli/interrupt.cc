#include "flowlake/cli/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

namespace flowlake {

namespace {

// A signal handler may do little more than write(2): the rest happens behind this pipe.
std::atomic<int> wake_descriptor{-1};

constexpr char kInterrupted = 'i';
constexpr char kFinished = 'f';

void OnInterrupt(int) {
  const ssize_t ignored = ::write(wake_descriptor, &kInterrupted, 1);
  (void)ignored;
  ::signal(SIGINT, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard(std::function<void()> cancel) {
  if (::pipe2(pipe_, O_CLOEXEC) != 0) return;
  wake_descriptor = pipe_[1];
  waiter_ = std::thread([this, cancel = std::move(cancel)] {
    char what = kFinished;
    while (::read(pipe_[0], &what, 1) == 1 && what == kInterrupted) cancel();
  });
  ::signal(SIGINT, OnInterrupt);
}

InterruptGuard::~InterruptGuard() {
  if (!waiter_.joinable()) return;
  ::signal(SIGINT, SIG_DFL);
  const ssize_t ignored = ::write(pipe_[1], &kFinished, 1);
  (void)ignored;
  waiter_.join();
  wake_descriptor = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

}  // namespace flowlake
