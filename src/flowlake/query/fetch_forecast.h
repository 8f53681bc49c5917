/// What DuckDB's Parquet reader will fetch of a file, as far as the file's footer tells.
#pragma once

#include <cstdint>
#include <duckdb.hpp>
#include <duckdb/planner/table_filter.hpp>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/datafile/footer.h"
#include "flowlake/query/pruner.h"
#include "flowlake/query/scan_meter.h"

namespace flowlake {

class FoldedExpression;

/// A column that a scan needs; `filter` is nullptr, or outlives the forecast.
struct ScannedColumn {
  std::string name;
  duckdb::LogicalType type;
  const duckdb::TableFilter* filter = nullptr;
};

struct FileForecast {
  int64_t bytes = 0;         ///< read, the footer included
  int64_t needed_bytes = 0;  ///< of the needed chunks
  int64_t row_groups_read = 0;
  int64_t row_groups_skipped = 0;
  /// False if a filter may turn out to leave no row of a row group: the other columns of
  /// that group are then not read.
  bool certain = true;
};

/// What the reader asks for to find the footer: a thousandth of the file, rounded up to a
/// power of two.
int64_t FooterReadBytes(int64_t file_bytes);

/// One scan, asked file after file. Not thread-safe.
class FetchForecast {
 public:
  FetchForecast(duckdb::ClientContext& context, std::vector<ScannedColumn> columns);
  ~FetchForecast();

  /// `groups` are those that the scan hands out, all of them for a scan without a sample.
  FileForecast Of(const Footer& footer, int64_t file_bytes,
                  const std::vector<int64_t>& groups);

 private:
  struct Column;
  /// Of one row group's columns: which is where, and how sure is it that a row passes.
  struct GroupPlan;

  GroupPlan Plan(const RowGroupFooter& group);
  void AddFiltered(Column& column, const ChunkFooter& chunk, int64_t rows,
                   GroupPlan& plan);
  static bool HasMatch(Column& column, const ValueRange& range);

  Pruner pruner_;
  std::vector<std::unique_ptr<Column>> columns_;
};

}  // namespace flowlake
