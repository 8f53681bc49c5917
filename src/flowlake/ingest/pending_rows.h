/// Rows of tiny inputs that wait until there are enough of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/ingest/day_writers.h"

namespace flowlake {

/// The builders of one worker, one per table, and the rows in them. A thousand inputs of
/// ten rows each cost about what one of ten thousand costs. An input appends to the
/// builder it is given and is kept, or not:
///   Begin(schema, day), append, Keep(schema, input)
/// Not thread-safe.
class PendingRows {
 public:
  /// `writers` outlives this.
  explicit PendingRows(DayWriters& writers) : writers_(writers) {}

  /// For the rows of one input, of which those without a time are of the day `fallback`.
  /// What was appended since the last Keep() is dropped: its input failed. An error is of
  /// the writers.
  Result<ColumnsBuilder*> Begin(const Schema& schema, std::optional<Date> fallback);
  /// The rows appended since Begin() are whole, and those of `input`.
  Status Keep(const Schema& schema, const Key128& input);

  /// A builder without any row, for an input whose rows do not wait here.
  Result<ColumnsBuilder*> BeginAlone(const Schema& schema);

  /// Hands all kept rows over to the writers.
  Status Flush();

 private:
  struct Batch {
    explicit Batch(const Schema& schema) : builder(&schema) {}
    ColumnsBuilder builder;
    int64_t rows = 0;  // kept
    std::vector<Key128> inputs;
    std::optional<Date> fallback;
  };

  Batch& BatchOf(const Schema& schema);
  Status Flush(Batch& batch);

  DayWriters& writers_;
  std::map<const Schema*, Batch> batches_;
};

}  // namespace flowlake
