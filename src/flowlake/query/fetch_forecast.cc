// The rules are those of DuckDB 1.5's extension/parquet: a row group is skipped if a
// filter fails on its statistics. Without filters its chunks are fetched at once, near
// ones in one read; with filters those of the filtered columns are fetched first, and
// each other chunk once a row has passed.
#include "flowlake/query/fetch_forecast.h"

#include <algorithm>
#include <bit>
#include <duckdb/planner/filter/list.hpp>

#include "flowlake/query/folded_expression.h"
#include "flowlake/query/snapshot_table.h"

namespace flowlake {

using duckdb::BaseStatistics;
using duckdb::FilterPropagateResult;
using duckdb::TableFilter;
using duckdb::TableFilterType;

struct FetchForecast::Column {
  Column(duckdb::ClientContext& context, ScannedColumn scanned_in)
      : scanned(std::move(scanned_in)),
        reference(scanned.type, duckdb::ColumnBinding(0, 0)) {
    if (scanned.filter == nullptr) return;
    expression = scanned.filter->ToExpression(reference);
    folded = std::make_unique<FoldedExpression>(context, *expression);
  }

  ScannedColumn scanned;
  duckdb::BoundColumnRefExpression reference;
  duckdb::unique_ptr<duckdb::Expression> expression;
  std::unique_ptr<FoldedExpression> folded;
};

struct FetchForecast::GroupPlan {
  std::vector<ByteRange> first;  // of filtered columns
  std::vector<ByteRange> then;   // of the others
  bool skipped = false;          // by the reader's own look at the statistics
  bool no_match = false;         // no row passes, which the reader finds out row by row
  int undecided = 0;             // filters that some rows may fail
  int unproven = 0;              // those of them for which no row is known that passes

  bool empty() const { return first.empty() && then.empty(); }
};

namespace {

bool IsOptional(const TableFilter& filter) {
  return filter.filter_type == TableFilterType::OPTIONAL_FILTER;
}

ValueRange RangeOf(const ChunkFooter& chunk, const duckdb::LogicalType& type) {
  ValueRange range;
  range.nulls = chunk.null_count;
  const auto min = chunk.min ? ToDuckDbValue(*chunk.min, type) : std::nullopt;
  const auto max = chunk.max ? ToDuckDbValue(*chunk.max, type) : std::nullopt;
  range.known = min && max;
  if (!range.known) return range;
  range.min = *min;
  range.max = *max;
  return range;
}

/// `range` as DuckDB has it.
BaseStatistics StatisticsOf(const ValueRange& range, const duckdb::LogicalType& type,
                            int64_t rows) {
  auto statistics = BaseStatistics::CreateUnknown(type);
  if (range.nulls == 0) statistics.Set(duckdb::StatsInfo::CANNOT_HAVE_NULL_VALUES);
  if (range.nulls == rows) statistics.Set(duckdb::StatsInfo::CANNOT_HAVE_VALID_VALUES);
  if (!range.known) return statistics;
  if (type.id() == duckdb::LogicalTypeId::VARCHAR) {
    duckdb::StringStats::SetMin(statistics, duckdb::StringValue::Get(range.min));
    duckdb::StringStats::SetMax(statistics, duckdb::StringValue::Get(range.max));
  } else {
    duckdb::NumericStats::SetMin(statistics, range.min);
    duckdb::NumericStats::SetMax(statistics, range.max);
  }
  return statistics;
}

int64_t Size(const std::vector<ByteRange>& ranges) {
  int64_t bytes = 0;
  for (const ByteRange& range : ranges) bytes += range.length;
  return bytes;
}

/// With the gaps that a read runs over rather than begin another.
int64_t FetchedBytes(std::vector<ByteRange> ranges) {
  constexpr int64_t kLargestGap = int64_t{16} << 10;
  std::sort(ranges.begin(), ranges.end(),
            [](const auto& a, const auto& b) { return a.offset < b.offset; });
  int64_t bytes = 0;
  int64_t end = -1;
  for (const ByteRange& range : ranges) {
    const bool near = end >= 0 && range.offset - end <= kLargestGap;
    bytes += near ? range.end() - end : range.length;
    end = range.end();
  }
  return bytes;
}

}  // namespace

int64_t FooterReadBytes(int64_t file_bytes) {
  constexpr int64_t kLeast = int64_t{16} << 10;
  constexpr int64_t kMost = int64_t{256} << 10;
  const auto thousandth = std::bit_ceil(static_cast<uint64_t>(file_bytes / 1000));
  return std::min(file_bytes,
                  std::clamp(static_cast<int64_t>(thousandth), kLeast, kMost));
}

FetchForecast::FetchForecast(duckdb::ClientContext& context,
                             std::vector<ScannedColumn> columns)
    : pruner_(context) {
  for (auto& column : columns) {
    columns_.push_back(std::make_unique<Column>(context, std::move(column)));
  }
}
FetchForecast::~FetchForecast() = default;

/// A bound is a value that occurs: if it passes, a row does.
bool FetchForecast::HasMatch(Column& column, const ValueRange& range) {
  const auto passes = [&](const duckdb::Value& bound) {
    const auto result = column.folded->Run({bound});
    return result && !result->IsNull() && duckdb::BooleanValue::Get(*result);
  };
  return range.known && (passes(range.min) || passes(range.max));
}

void FetchForecast::AddFiltered(Column& column, const ChunkFooter& chunk, int64_t rows,
                                GroupPlan& plan) {
  plan.first.push_back({chunk.offset, chunk.compressed_bytes});
  const ValueRange range = RangeOf(chunk, column.scanned.type);
  auto statistics = StatisticsOf(range, column.scanned.type, rows);
  const auto verdict = column.scanned.filter->CheckStatistics(statistics);
  plan.skipped |= verdict == FilterPropagateResult::FILTER_ALWAYS_FALSE;
  // Rows are not asked about an optional filter.
  if (verdict == FilterPropagateResult::FILTER_ALWAYS_TRUE ||
      IsOptional(*column.scanned.filter)) {
    return;
  }
  const auto lookup = [&](const auto&) { return std::optional(range); };
  plan.no_match |= !pruner_.MayMatch(*column.expression, lookup, rows);
  ++plan.undecided;
  if (!HasMatch(column, range)) ++plan.unproven;
}

FetchForecast::GroupPlan FetchForecast::Plan(const RowGroupFooter& group) {
  GroupPlan plan;
  for (const auto& column : columns_) {
    const auto chunk = std::find_if(
        group.chunks.begin(), group.chunks.end(),
        [&](const ChunkFooter& c) { return c.column == column->scanned.name; });
    if (chunk == group.chunks.end()) continue;  // NULL, without reading
    if (column->scanned.filter == nullptr) {
      plan.then.push_back({chunk->offset, chunk->compressed_bytes});
    } else {
      AddFiltered(*column, *chunk, group.rows, plan);
    }
  }
  return plan;
}

FileForecast FetchForecast::Of(const Footer& footer, int64_t file_bytes,
                               const std::vector<int64_t>& groups) {
  FileForecast forecast;
  forecast.bytes = FooterReadBytes(file_bytes);
  // Where the first guess falls short, it is read twice and then the footer.
  if (footer.footer_bytes + 8 > forecast.bytes) {
    forecast.bytes += forecast.bytes + footer.footer_bytes;
  }
  for (const int64_t number : groups) {
    const RowGroupFooter& group = footer.row_groups[static_cast<size_t>(number)];
    GroupPlan plan = Plan(group);
    if (plan.skipped || plan.empty()) continue;
    if (plan.no_match) plan.then.clear();
    ++forecast.row_groups_read;
    forecast.needed_bytes += Size(plan.first) + Size(plan.then);
    const bool filtered = !plan.first.empty();
    forecast.bytes += FetchedBytes(plan.first);
    forecast.bytes += filtered ? Size(plan.then) : FetchedBytes(plan.then);
    // One filter that a known row passes is met; of two, no row need meet both.
    const bool met = plan.undecided == 0 || (plan.undecided == 1 && plan.unproven == 0);
    forecast.certain &= met || plan.then.empty();
  }
  forecast.row_groups_skipped =
      static_cast<int64_t>(footer.row_groups.size()) - forecast.row_groups_read;
  return forecast;
}

}  // namespace flowlake
