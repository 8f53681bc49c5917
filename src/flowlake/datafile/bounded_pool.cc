#include "flowlake/datafile/bounded_pool.h"

#include <algorithm>

namespace flowlake {

BoundedPool::BoundedPool(int64_t limit, arrow::MemoryPool* from)
    : limit_(limit), from_(from != nullptr ? from : arrow::default_memory_pool()) {}

Status BoundedPool::Take(int64_t bytes) {
  ++allocations_;
  total_ += std::max<int64_t>(bytes, 0);
  if (used_.fetch_add(bytes) + bytes <= limit_ || bytes <= 0) return Status::OK();
  used_ -= bytes;
  is_exceeded_ = true;
  return Status::OutOfMemory("more than ", limit_, " bytes at a time");
}

Status BoundedPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(Take(size));
  const Status status = from_->Allocate(size, alignment, out);
  if (!status.ok()) used_ -= size;
  return status;
}

Status BoundedPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                               uint8_t** at) {
  ARROW_RETURN_NOT_OK(Take(new_size - old_size));
  const Status status = from_->Reallocate(old_size, new_size, alignment, at);
  if (!status.ok()) used_ -= new_size - old_size;
  return status;
}

void BoundedPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  from_->Free(buffer, size, alignment);
  used_ -= size;
}

}  // namespace flowlake
