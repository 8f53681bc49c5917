/// One column of somebody's Parquet file, neither nested nor repeated, page by page.
/// Arrow's own reader builds a hash table of the strings of every batch; this one hands
/// the pages' codes on, which is three times as fast.
#pragma once

#include <arrow/memory_pool.h>
#include <arrow/type_fwd.h>
#include <parquet/column_reader.h>
#include <parquet/schema.h>

#include <cstdint>
#include <memory>

namespace flowlake {

/// The type that FlatColumn gives a column which Arrow would read as `type`: strings are
/// dictionary-encoded. nullptr: this column is for Arrow's reader.
std::shared_ptr<arrow::DataType> FlatTypeOf(const parquet::ColumnDescriptor& column,
                                            const std::shared_ptr<arrow::DataType>& type);

/// Throws what parquet-cpp throws. Not thread-safe.
class FlatColumn {
 public:
  /// `type` comes from FlatTypeOf(). `column` outlives the result; `pool` outlives it and
  /// all its arrays.
  static std::unique_ptr<FlatColumn> Make(const parquet::ColumnDescriptor* column,
                                          std::shared_ptr<arrow::DataType> type,
                                          arrow::MemoryPool* pool);
  virtual ~FlatColumn() = default;

  /// Goes on with another row group.
  virtual void Open(std::unique_ptr<parquet::PageReader> pages) = 0;
  /// The next rows, which the row group must have. Strings that are not
  /// dictionary-encoded in the file, all or some of these, come plain instead. Batches of
  /// one row group share one dictionary.
  virtual std::shared_ptr<arrow::Array> Read(int64_t rows) = 0;
};

}  // namespace flowlake
