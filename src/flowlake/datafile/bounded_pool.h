/// Memory for reading one file that nobody vouches for: Arrow and parquet-cpp take theirs
/// from here, so that a file that unpacks to more than its share is refused before it has
/// it, whatever page, dictionary or list claims so much.
#pragma once

#include <arrow/memory_pool.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

/// Thread-safe. Outlives everything that was allocated from it.
class BoundedPool final : public arrow::MemoryPool {
 public:
  explicit BoundedPool(int64_t limit, arrow::MemoryPool* from = nullptr);

  /// OutOfMemory beyond the limit.
  Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                    uint8_t** at) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  int64_t bytes_allocated() const override { return used_; }
  int64_t total_bytes_allocated() const override { return total_; }
  int64_t num_allocations() const override { return allocations_; }
  std::string backend_name() const override { return from_->backend_name(); }

  int64_t limit() const { return limit_; }
  /// Whether something was asked for that would not fit.
  bool is_exceeded() const { return is_exceeded_; }

 private:
  Status Take(int64_t bytes);

  const int64_t limit_;
  arrow::MemoryPool* const from_;
  std::atomic<int64_t> used_{0};
  std::atomic<int64_t> total_{0};
  std::atomic<int64_t> allocations_{0};
  std::atomic<bool> is_exceeded_{false};
};

}  // namespace flowlake
