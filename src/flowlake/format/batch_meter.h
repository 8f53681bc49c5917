/// How much text rows of somebody's Parquet file stand for, whatever few bytes the file
/// needs for them: a dictionary of one long string and a million references to it are a
/// million long strings once they are rows.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace flowlake {

/// Of the batches of one file. Not thread-safe.
class BatchMeter {
 public:
  /// Eight bytes for each value, and its length if it is text: of a dictionary, where
  /// that has long ones. Looks at a dictionary once.
  int64_t Measure(const arrow::RecordBatch& batch);

 private:
  /// What is known of the dictionary that a column had last.
  struct Entries {
    std::shared_ptr<arrow::ArrayData> dictionary;
    int64_t longest = 0;
  };

  int64_t MeasureColumn(const arrow::Array& array, Entries& known);
  template <typename ArrayType>
  int64_t MeasureCodes(const arrow::DictionaryArray& array, Entries& known);

  std::vector<Entries> columns_;
};

}  // namespace flowlake
