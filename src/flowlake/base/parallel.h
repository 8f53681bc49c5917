/// The same for many numbers at once, for what waits rather than works: requests.
#pragma once

#include <cstddef>
#include <functional>

namespace flowlake {

/// Calls `work(0)` … `work(count - 1)`, each once, from at most `threads` threads, the
/// caller's among them. Returns when all are done. `work` does not throw.
void ForEachInParallel(size_t count, size_t threads,
                       const std::function<void(size_t)>& work);

}  // namespace flowlake
