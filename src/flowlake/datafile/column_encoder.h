/// One column of a row group that is still open: pages, packed and compressed as soon as
/// they are complete.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/page_compressor.h"
#include "flowlake/datafile/page_memory.h"
#include "flowlake/datafile/row_slice.h"
#include "flowlake/datafile/validity.h"
#include "flowlake/datafile/value_encoder.h"

namespace flowlake {

/// A data page as the file will hold it, behind its header.
struct EncodedPage {
  std::span<const uint8_t> bytes;  ///< in the row group's PageMemory
  int64_t uncompressed_bytes = 0;
  int64_t first_row = 0;
  int64_t rows = 0;
  int64_t nulls = 0;
  PageValues values;
};

/// What the columns of a file share.
struct PageOutput {
  size_t page_rows;
  PageCompressor compressor;
  PageMemory memory{};
  ValueScratch scratch{};
  Bytes raw{};  // the page in hand, before compression
};

/// Not thread-safe. A failure is remembered and reported by Finish().
class ColumnEncoder {
 public:
  /// `output` outlives the encoder.
  ColumnEncoder(ColumnType type, PageOutput& output);

  /// Requires that `column` is present and of this type, and has the rows of the slice.
  void Append(const Column& column, const RowSlice& slice);
  void AppendNulls(int64_t count);
  /// Ends the last page. Then only what follows may be called.
  Status Finish();

  bool is_finished() const { return validity_.rows() == 0; }

  ColumnType type() const { return type_; }
  int64_t rows() const { return rows_; }
  /// Of at most `page_rows` rows, fewer where strings are long, more where all are NULL.
  std::span<const EncodedPage> pages() const { return pages_; }
  /// With the dictionary page, if there is one.
  const ValueEncoder& values() const { return *values_; }

  /// Bytes held, without those in the PageMemory.
  size_t memory() const;
  /// Begins the next row group; keeps the memory.
  void Clear();

 private:
  bool IsFull() const { return validity_.rows() >= output_.page_rows; }
  bool HasOnlyNulls() const { return validity_.nulls() == validity_.rows(); }
  void EndPage(bool is_last);
  Status EncodePage(bool is_last);

  ColumnType type_;
  PageOutput& output_;
  std::unique_ptr<ValueEncoder> values_;
  CompressionHistory compression_;
  Validity validity_;  // of the open page
  int64_t rows_ = 0;
  std::vector<EncodedPage> pages_;
  Status failure_;
};

}  // namespace flowlake
