#include "flowlake/query/estimate.h"

#include <algorithm>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/planner/filter/list.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/planner/planner.hpp>
#include <numeric>

#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/query/cost.h"
#include "flowlake/query/fetch_forecast.h"
#include "flowlake/query/snapshot_file_list.h"

namespace flowlake {

namespace {

using duckdb::idx_t;
using duckdb::LogicalOperatorType;

constexpr size_t kMostFooters = 64;

/// Known before the scan runs, unlike a TopN's bound and a join's keys.
bool IsDynamic(const duckdb::TableFilter& filter) {
  if (filter.filter_type == duckdb::TableFilterType::OPTIONAL_FILTER) {
    const auto& child = filter.Cast<duckdb::OptionalFilter>().child_filter;
    return child == nullptr || IsDynamic(*child);
  }
  return filter.filter_type == duckdb::TableFilterType::DYNAMIC_FILTER ||
         filter.filter_type == duckdb::TableFilterType::BLOOM_FILTER;
}

bool IsLimit(LogicalOperatorType type) {
  return type == LogicalOperatorType::LOGICAL_LIMIT ||
         type == LogicalOperatorType::LOGICAL_TOP_N;
}

/// Takes every row before it gives one, so that a limit above it spares no scan.
bool TakesEveryRow(LogicalOperatorType type) {
  return type == LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY ||
         type == LogicalOperatorType::LOGICAL_DISTINCT ||
         type == LogicalOperatorType::LOGICAL_ORDER_BY ||
         type == LogicalOperatorType::LOGICAL_WINDOW;
}

/// One scan of a plan.
class ScanEstimate {
 public:
  ScanEstimate(duckdb::ClientContext& context, const duckdb::LogicalGet& get,
               const SnapshotFileList& list)
      : list_(list), columns_(ColumnsOf(get, list)), forecast_(context, columns_) {
    for (const auto& [column, filter] : get.table_filters.filters) {
      upper_bound_ |= IsDynamic(*filter);
    }
  }

  Status Add(Store& store) {
    const auto& live = list_.live();
    const size_t step =
        std::max<size_t>(1, (live.size() + kMostFooters - 1) / kMostFooters);
    int64_t logged = 0;
    for (size_t i = 0; i < live.size(); i += step) {
      ARROW_RETURN_NOT_OK(AddFooter(store, live[i]));
      logged += LoggedBytes(live[i]);
    }
    if (step > 1) Extrapolate(logged, step);
    return Status::OK();
  }

  int64_t bytes() const { return bytes_; }
  int64_t billed() const { return billed_; }
  int64_t files() const { return static_cast<int64_t>(list_.live().size()); }
  int64_t row_groups_read() const { return row_groups_read_; }
  int64_t row_groups_skipped() const { return row_groups_skipped_; }
  bool upper_bound() const { return upper_bound_; }

 private:
  static std::vector<ScannedColumn> ColumnsOf(const duckdb::LogicalGet& get,
                                              const SnapshotFileList& list) {
    std::vector<ScannedColumn> columns;
    const SnapshotTable& table = list.table();
    for (const auto& column : get.GetColumnIds()) {
      const idx_t index = column.GetPrimaryIndex();
      if (index >= table.partition_column()) continue;
      const auto found = get.table_filters.filters.find(index);
      const bool filtered = found != get.table_filters.filters.end();
      columns.push_back({table.field_name(index), table.types()[index],
                         filtered ? found->second.get() : nullptr});
    }
    return columns;
  }

  Status AddFooter(Store& store, idx_t number) {
    const DataFile file = list_.table().files()[number];
    const std::string path = list_.table().name() + "/" + file.path;
    ARROW_ASSIGN_OR_RAISE(const auto object, store.Open(path));
    ARROW_ASSIGN_OR_RAISE(const Footer footer, ReadFooter(object, path, FooterOf(file)));
    const FileForecast forecast =
        forecast_.Of(footer, file.bytes, GroupsOf(number, footer.row_groups.size()));
    bytes_ += forecast.bytes;
    billed_ += BilledBytes(file.bytes, forecast.needed_bytes);
    row_groups_read_ += forecast.row_groups_read;
    row_groups_skipped_ += forecast.row_groups_skipped;
    upper_bound_ |= !forecast.certain;
    return Status::OK();
  }

  std::vector<int64_t> GroupsOf(idx_t number, size_t count) const {
    const auto drawn = list_.drawn().find(static_cast<int64_t>(number));
    if (drawn != list_.drawn().end()) {
      return drawn->second.Among(static_cast<int64_t>(count));
    }
    std::vector<int64_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  /// What the log says of the needed columns; all of a foreign writer's file.
  int64_t LoggedBytes(idx_t number) const {
    const DataFile file = list_.table().files()[number];
    if (file.column_bytes.empty()) return file.bytes;
    int64_t bytes = FooterReadBytes(file.bytes);
    for (const ScannedColumn& column : columns_) {
      const auto found = file.column_bytes.find(column.name);
      if (found != file.column_bytes.end()) bytes += found->second;
    }
    return bytes;
  }

  /// To all files, from every `step`-th, of which the log says `logged` bytes.
  void Extrapolate(int64_t logged, size_t step) {
    int64_t all = 0;
    for (const idx_t file : list_.live()) all += LoggedBytes(file);
    const double factor = logged == 0
                              ? static_cast<double>(step)
                              : static_cast<double>(all) / static_cast<double>(logged);
    for (int64_t* number : {&bytes_, &billed_, &row_groups_read_, &row_groups_skipped_}) {
      *number = static_cast<int64_t>(static_cast<double>(*number) * factor);
    }
  }

  const SnapshotFileList& list_;
  std::vector<ScannedColumn> columns_;
  FetchForecast forecast_;
  int64_t bytes_ = 0;
  int64_t billed_ = 0;
  int64_t row_groups_read_ = 0;
  int64_t row_groups_skipped_ = 0;
  bool upper_bound_ = false;
};

class Estimator {
 public:
  explicit Estimator(const EstimateInput& input) : input_(input) {}

  Status Visit(const duckdb::LogicalOperator& node, bool limited) {
    if (node.type == LogicalOperatorType::LOGICAL_GET) {
      return AddScan(node.Cast<duckdb::LogicalGet>(), limited);
    }
    limited = IsLimit(node.type) || (limited && !TakesEveryRow(node.type));
    statistics_.upper_bound |= node.type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN;
    for (const auto& child : node.children) ARROW_RETURN_NOT_OK(Visit(*child, limited));
    return Status::OK();
  }

  QueryStatistics Finish() {
    statistics_.upper_bound |= scans_ > 1;
    statistics_.athena_usd = AthenaUsd(billed_);
    int64_t files = 0;
    for (const auto& table : input_.mentioned.tables()) {
      statistics_.bytes_stored += table->snapshot().bytes();
      files += static_cast<int64_t>(table->size());
    }
    statistics_.files_skipped = std::max<int64_t>(0, files - statistics_.files_read);
    return statistics_;
  }

 private:
  Status AddScan(const duckdb::LogicalGet& get, bool limited) {
    const SnapshotFileList* list = FileListOf(get.bind_data.get());
    if (list == nullptr) return Status::OK();
    ++scans_;
    ScanEstimate scan(*input_.connection.context, get, *list);
    ARROW_RETURN_NOT_OK(scan.Add(input_.store));
    billed_ += scan.billed();
    statistics_.bytes_scanned += scan.bytes();
    statistics_.files_read += scan.files();
    statistics_.row_groups_read += scan.row_groups_read();
    statistics_.row_groups_skipped += scan.row_groups_skipped();
    statistics_.upper_bound |= limited || scan.upper_bound();
    return Status::OK();
  }

  const EstimateInput& input_;
  QueryStatistics statistics_;
  int64_t billed_ = 0;
  int scans_ = 0;
};

/// Connection::ExtractPlan() also resolves bindings, and fails on plans that materialise
/// late.
duckdb::unique_ptr<duckdb::LogicalOperator> PlanOf(
    duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::SQLStatement> statement) {
  duckdb::unique_ptr<duckdb::LogicalOperator> plan;
  context.RunFunctionInTransaction([&] {
    duckdb::Planner planner(context);
    planner.CreatePlan(std::move(statement));
    duckdb::Optimizer optimizer(*planner.binder, context);
    plan = optimizer.Optimize(std::move(planner.plan));
  });
  return plan;
}

}  // namespace

Result<QueryStatistics> EstimateQuery(
    const EstimateInput& input, duckdb::unique_ptr<duckdb::SQLStatement> statement) {
  const auto plan = PlanOf(*input.connection.context, std::move(statement));
  Estimator estimator(input);
  ARROW_RETURN_NOT_OK(estimator.Visit(*plan, false));
  return estimator.Finish();
}

}  // namespace flowlake
