/// The dictionary codes of a page that is still open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "flowlake/datafile/hybrid_encoding.h"

namespace flowlake {

/// Whether all of some codes, at least one, are the same.
bool IsOneCode(std::span<const uint32_t> codes);

/// A page of one code takes no memory. Not thread-safe.
class CodePage {
 public:
  void AppendRun(uint32_t code, size_t count);
  /// Room for `count` more codes, to be written at once.
  uint32_t* Extend(size_t count);

  size_t size() const { return is_run_ ? run_ : codes_.size(); }
  bool empty() const { return size() == 0; }
  size_t memory() const { return codes_.capacity() * sizeof(uint32_t); }

  /// The codes one by one.
  std::span<const uint32_t> Expand();
  /// Appends the width in a byte, and the codes in Parquet's hybrid encoding: the values
  /// of a data page. Requires codes below `dictionary_size`.
  void Encode(uint32_t dictionary_size, Bytes& out) const;
  void Clear();

 private:
  bool is_run_ = true;
  uint32_t code_ = 0;
  size_t run_ = 0;
  UninitializedVector<uint32_t> codes_;
};

}  // namespace flowlake
