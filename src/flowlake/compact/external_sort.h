/// Sorts any number of rows in bounded memory: sorted runs on local disk, merged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/status.h"
#include "flowlake/base/temporary_folder.h"
#include "flowlake/compact/row_pile.h"
#include "flowlake/compact/sort_order.h"
#include "flowlake/store/store.h"

namespace flowlake {

struct ExternalSortOptions {
  /// Bytes of rows in memory, with what sorting them takes. A run holds as many.
  int64_t memory = int64_t{640} << 20;
  /// Where runs go; "": the system's folder for temporary files.
  std::string temporary_folder{};
  /// About so many rows will come; 0: not known.
  int64_t expected_rows = 0;
};

/// Not thread-safe. Its runs are gone when it is; those of a killed process stay in the
/// temporary folder, in a folder "flowlake-<uuid>".
class ExternalSort {
 public:
  using Sink = std::function<Status(const Columns&)>;

  /// `schema` outlives the sort.
  ExternalSort(const Schema* schema, SortOrder order, ExternalSortOptions options);
  ~ExternalSort();
  ExternalSort(const ExternalSort&) = delete;
  ExternalSort& operator=(const ExternalSort&) = delete;

  Status Append(const Columns& columns);
  /// Gives every row once, in order, in Columns that all have the same fields: those that
  /// any appended Columns had. To be called once, at the end.
  Status Drain(const Sink& sink);

  /// Runs on disk; 0: the rows fit into memory.
  int64_t runs() const { return static_cast<int64_t>(runs_.size()); }

 private:
  class Cursor;

  Status Spill();
  Status Merge(const Sink& sink);
  Status MergeStep(std::vector<std::unique_ptr<Cursor>>& cursors, const Sink& sink);
  Status GiveSorted(const Sink& sink);
  int64_t MergeBatchRows() const;

  const Schema* schema_;
  const SortOrder order_;
  const ExternalSortOptions options_;
  RowPile pile_;
  std::optional<TemporaryFolder> folder_;  // of the runs
  std::shared_ptr<Store> store_;           // null: no run yet
  std::vector<std::string> runs_;
};

}  // namespace flowlake
