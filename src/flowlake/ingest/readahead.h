/// Fetches small objects before a worker comes to them, so that it waits for none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "flowlake/base/mutex.h"
#include "flowlake/ingest/converter.h"
#include "flowlake/source/inputs.h"
#include "flowlake/source/object_file.h"

namespace flowlake {

/// How many objects may be under way, and how many bytes: a store answers after tens of
/// milliseconds, a small input takes one.
inline constexpr size_t kObjectsAhead = 32;
inline constexpr int64_t kBytesAhead = 16 << 20;

/// Thread-safe.
class Readahead {
 public:
  /// Of `inputs`, which will be taken in this `order`. All outlive it.
  Readahead(const ConversionContext& context, std::span<const Input> inputs,
            const std::vector<size_t>& order)
      : context_(context), inputs_(inputs), order_(order) {}

  /// The object inputs[order[at]], with its content where that is under way. What the
  /// lake knows already is not fetched.
  Input Take(size_t at);

 private:
  void FetchUpTo(size_t at) REQUIRES(mutex_);
  bool IsWanted(const Input& input) const;

  const ConversionContext& context_;
  std::span<const Input> inputs_;
  const std::vector<size_t>& order_;

  Mutex mutex_;
  size_t next_ GUARDED_BY(mutex_) = 0;  // in order_: not yet looked at
  int64_t bytes_ GUARDED_BY(mutex_) = 0;
  // By place in order_.
  std::map<size_t, std::shared_ptr<FetchedObject>> fetched_ GUARDED_BY(mutex_);
};

}  // namespace flowlake
