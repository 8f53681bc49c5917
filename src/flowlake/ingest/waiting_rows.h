/// The rows of an input that is checked whole before one of them goes anywhere.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "flowlake/base/columns.h"

namespace flowlake {

/// Not thread-safe.
class WaitingRows {
 public:
  void Add(Columns batch) {
    bytes_ += batch.memory();
    for (const Column& column : batch.columns) {
      if (!column.dictionary) continue;
      const size_t now = column.dictionary->memory();
      size_t& seen = texts_.try_emplace(column.dictionary.get(), now).first->second;
      bytes_ += now - seen;
      seen = now;
    }
    batches_.push_back(std::move(batch));
  }

  /// Bytes that they hold. Dictionaries may have texts of other inputs too: what they
  /// grew by since they were first seen here counts.
  size_t memory() const { return bytes_; }
  std::vector<Columns>& batches() { return batches_; }

 private:
  size_t bytes_ = 0;
  std::map<const Dictionary*, size_t> texts_;
  std::vector<Columns> batches_;
};

}  // namespace flowlake
