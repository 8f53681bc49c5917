/// Rows of somebody's Parquet file as rows of ours: foreign names and types mapped to the
/// schema. AWS delivers hyphen or underscore names; collectors write ports as strings,
/// counters as DOUBLE, account ids as INT64, "-" for absent ("None" too where we have
/// numbers).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/format/parser.h"
#include "flowlake/format/reject.h"

namespace arrow {
class RecordBatch;
class Schema;
}  // namespace arrow

namespace flowlake {

/// Not thread-safe.
class ParquetRows {
 public:
  /// Invalid if the names are those of no kind of log; the message lists some of them.
  static Result<std::unique_ptr<ParquetRows>> Make(const arrow::Schema& file_schema,
                                                   const ParseLimits& limits);
  virtual ~ParquetRows() = default;

  virtual const Schema& schema() const = 0;
  virtual std::string description() const = 0;
  virtual std::vector<std::string> unknown_fields() const = 0;

  /// Appends the rows of `batch`, whose schema is the file's; strings may be
  /// dictionary-encoded. `first_row` numbers rejects (from 1). A value that does not fit
  /// its column rejects the row, as in text. `columns` is the same at every call, and
  /// nobody else appends to it.
  virtual Status Append(const arrow::RecordBatch& batch, int64_t first_row,
                        ColumnsBuilder& columns, Rejects& rejects) = 0;
  /// The slow, obvious twin of Append(): the same rows and rejects.
  virtual Status AppendRowByRow(const arrow::RecordBatch& batch, int64_t first_row,
                                ColumnsBuilder& columns, Rejects& rejects) = 0;
};

}  // namespace flowlake
