#include "flowlake/ingest/readahead.h"

#include <algorithm>

#include "flowlake/base/mutex.h"
#include "flowlake/ingest/identity.h"
#include "flowlake/ingest/input_terms.h"

namespace flowlake {

Input Readahead::Take(size_t at) {
  Input input = inputs_[order_[at]];
  const MutexLock lock(mutex_);
  const auto fetched = fetched_.find(at);
  if (fetched != fetched_.end()) {
    input.object.fetched = std::move(fetched->second);
    bytes_ -= input.bytes;
    fetched_.erase(fetched);
  }
  next_ = std::max(next_, at + 1);
  FetchUpTo(std::min(order_.size(), at + 1 + kObjectsAhead));
  return input;
}

void Readahead::FetchUpTo(size_t at) {
  for (; next_ < at; ++next_) {
    const Input& input = inputs_[order_[next_]];
    if (!IsWanted(input)) continue;
    if (bytes_ + input.bytes > kBytesAhead) return;
    bytes_ += input.bytes;
    fetched_.emplace(next_, FetchObject(input));
  }
}

bool Readahead::IsWanted(const Input& input) const {
  if (!input.is_object() || input.bytes > kBytesAhead / 2) return false;
  const InputKeys key = ObjectKey(input);
  return !context_.known.IsSettled(
      key, RefusedKey(key, TermsOf(context_.options, context_.settings, input)),
      context_.options.retry_refused);
}

}  // namespace flowlake
