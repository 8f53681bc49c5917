#include "flowlake/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace flowlake {

void ForEachInParallel(size_t count, size_t threads,
                       const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;  // joined by the destructor
  for (size_t i = 1; i < std::min(count, threads); ++i) others.emplace_back(run);
  run();
}

}  // namespace flowlake
