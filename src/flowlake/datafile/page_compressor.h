/// Pages to compressed pages.
#pragma once

#include <arrow/util/compression.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "flowlake/base/status.h"
#include "flowlake/datafile/writer.h"

namespace flowlake {

/// What the codec made of a column's pages so far. Packed codes rarely become smaller;
/// then most pages are only framed as the codec wants it, and a page now and then is
/// tried.
struct CompressionHistory {
  int untried = 0;  ///< pages still to be stored as they are
};

/// A page as it goes in: its levels, then its values.
struct RawPage {
  std::span<const uint8_t> bytes;
  size_t level_bytes = 0;
};

/// Not thread-safe.
class PageCompressor {
 public:
  static Result<PageCompressor> Make(Compression compression);

  /// No page becomes longer than this.
  size_t MaxBytes(const RawPage& page) const;
  /// Writes a page that any decompressor of the codec reads; returns its length.
  Result<size_t> Compress(const RawPage& page, CompressionHistory& history,
                          uint8_t* out) const;

 private:
  PageCompressor(Compression compression, std::unique_ptr<arrow::util::Codec> codec);
  Result<size_t> CompressWhole(std::span<const uint8_t> bytes, uint8_t* out) const;
  Result<size_t> StoreSnappy(const RawPage& page, uint8_t* out) const;

  Compression compression_;
  std::unique_ptr<arrow::util::Codec> codec_;  // null: none
};

}  // namespace flowlake
