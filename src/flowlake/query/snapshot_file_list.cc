#include "flowlake/query/snapshot_file_list.h"

#include <algorithm>
#include <duckdb/common/multi_file/multi_file_reader.hpp>
#include <duckdb/common/multi_file/multi_file_states.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/filter/list.hpp>

#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/query/pruner.h"
#include "flowlake/query/store_file_system.h"

namespace flowlake {

using duckdb::column_t;
using duckdb::idx_t;
using duckdb::MultiFileReader;
using duckdb::TableFilter;
using duckdb::TableFilterType;

struct SnapshotFileList::RunTimeFilters {
  duckdb::ClientContext* context;
  duckdb::vector<column_t> columns;
  // Shares the state of a TopN's filter, which tightens while the query runs.
  duckdb::unique_ptr<duckdb::TableFilterSet> filters;

  std::mutex mutex;  // guards what follows
  duckdb::vector<idx_t> passed;
  idx_t next = 0;
};

/// The filters of a statement, asked file after file. Those that are about the day alone
/// are asked once a day: of a hundred thousand files they leave a few hundred.
class FilterPushdown {
 public:
  FilterPushdown(duckdb::ClientContext& context, const SnapshotFileList& list,
                 const duckdb::MultiFilePushdownInfo& info,
                 const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters)
      : pruner_(context), list_(list), info_(info) {
    for (const auto& filter : filters) {
      (IsOfDay(*filter) ? of_day_ : of_file_).push_back(filter.get());
    }
  }

  bool MayMatch(idx_t file) { return MayMatchDay(file) && MayMatch(of_file_, file); }

 private:
  std::optional<column_t> ColumnOf(const duckdb::BoundColumnRefExpression& column) const {
    const auto& binding = column.binding;
    const bool is_ours = binding.table_index == info_.table_index &&
                         binding.column_index < info_.column_ids.size();
    return is_ours ? std::optional(info_.column_ids[binding.column_index]) : std::nullopt;
  }

  bool IsOfDay(const duckdb::Expression& expression) const {
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
      const auto& column = expression.Cast<duckdb::BoundColumnRefExpression>();
      return ColumnOf(column) == list_.table().partition_column();
    }
    bool is_of_day = true;
    duckdb::ExpressionIterator::EnumerateChildren(
        expression,
        [&](const duckdb::Expression& child) { is_of_day &= IsOfDay(child); });
    return is_of_day;
  }

  bool MayMatchDay(idx_t file) {
    const auto day = list_.table().files().date(file);
    if (!day) return MayMatch(of_day_, file);  // NULL, of as many rows as the file has
    if (day != day_) may_match_day_ = MayMatch(of_day_, file);
    day_ = day;
    return may_match_day_;
  }

  bool MayMatch(const std::vector<const duckdb::Expression*>& filters, idx_t file) {
    const int64_t rows = list_.table().files().rows(file);
    const auto lookup = [&](const duckdb::BoundColumnRefExpression& reference) {
      const auto column = ColumnOf(reference);
      return column ? list_.Range(file, *column) : std::nullopt;
    };
    return std::ranges::all_of(filters, [&](const duckdb::Expression* filter) {
      return pruner_.MayMatch(*filter, lookup, rows);
    });
  }

  Pruner pruner_;
  const SnapshotFileList& list_;
  const duckdb::MultiFilePushdownInfo& info_;
  std::vector<const duckdb::Expression*> of_day_;
  std::vector<const duckdb::Expression*> of_file_;
  std::optional<Date> day_;  // of the file before
  bool may_match_day_ = true;
};

SnapshotFileList::SnapshotFileList(std::shared_ptr<const SnapshotTable> table)
    : table_(std::move(table)) {
  for (idx_t i = 0; i < table_->size(); ++i) live_.push_back(i);
}

duckdb::unique_ptr<SnapshotFileList> SnapshotFileList::Clone() const {
  auto clone = duckdb::make_uniq<SnapshotFileList>(table_);
  clone->live_ = live_;
  clone->sample_ = sample_;
  clone->drawn_ = drawn_;
  return clone;
}

void SnapshotFileList::Draw() {
  std::vector<SampledFile> files;
  const FileList& list = table_->files();
  for (const idx_t file : live_) {
    files.push_back({static_cast<int64_t>(file), list.rows(file),
                     list.tag(file, kSampleTag), list.tag(file, kGroupRowsTag)});
  }
  drawn_ = DrawFromStrata(StrataOf(files, sample_.fraction), sample_.seed);
  std::erase_if(live_,
                [&](idx_t file) { return !drawn_.contains(static_cast<int64_t>(file)); });
}

std::optional<ValueRange> SnapshotFileList::Range(idx_t file, column_t column) const {
  if (column < table_->names().size()) return table_->Range(file, column);
  if (column == MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX) {
    return ValueRange::Of(duckdb::Value::UBIGINT(file));
  }
  if (column == MultiFileReader::COLUMN_IDENTIFIER_FILENAME) {
    return ValueRange::Of(duckdb::Value(table_->Path(file)));
  }
  return std::nullopt;
}

duckdb::unique_ptr<duckdb::MultiFileList> SnapshotFileList::ComplexFilterPushdown(
    duckdb::ClientContext& context, const duckdb::MultiFileOptions&,
    duckdb::MultiFilePushdownInfo& info,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const {
  if (filters.empty()) return nullptr;
  auto pruned = Clone();
  pruned->live_.clear();
  FilterPushdown pushdown(context, *this, info, filters);
  for (const idx_t file : live_) {
    if (pushdown.MayMatch(file)) pruned->live_.push_back(file);
  }
  // For EXPLAIN: "Scanning Files: 3/24".
  info.extra_info.file_filters = "snapshot";
  info.extra_info.total_files = table_->size();
  info.extra_info.filtered_files = pruned->live_.size();
  if (pruned->live_.size() == live_.size()) return nullptr;
  return pruned;
}

duckdb::unique_ptr<duckdb::MultiFileList> SnapshotFileList::DynamicFilterPushdown(
    duckdb::ClientContext& context, const duckdb::MultiFileOptions&,
    const duckdb::vector<std::string>&, const duckdb::vector<duckdb::LogicalType>&,
    const duckdb::vector<column_t>& column_ids, duckdb::TableFilterSet& filters) const {
  auto filtered = Clone();
  filtered->run_time_ = std::make_shared<RunTimeFilters>();
  filtered->run_time_->context = &context;
  filtered->run_time_->columns = column_ids;
  filtered->run_time_->filters = filters.Copy();
  // Expressions were asked in ComplexFilterPushdown.
  std::erase_if(filtered->run_time_->filters->filters, [](const auto& filter) {
    return filter.second->filter_type == TableFilterType::EXPRESSION_FILTER;
  });
  filtered->OrderForTopN(filters, column_ids);
  return filtered;
}

void SnapshotFileList::OrderForTopN(const duckdb::TableFilterSet& filters,
                                    const duckdb::vector<column_t>& column_ids) {
  for (const auto& [position, filter] : filters.filters) {
    const TableFilter* inner = filter.get();
    while (inner->filter_type == TableFilterType::OPTIONAL_FILTER) {
      inner = inner->Cast<duckdb::OptionalFilter>().child_filter.get();
    }
    const column_t column = column_ids[position];
    if (inner->filter_type != TableFilterType::DYNAMIC_FILTER) continue;
    if (column >= table_->names().size()) continue;
    const auto& data = inner->Cast<duckdb::DynamicFilter>().filter_data;
    if (!data) continue;
    std::lock_guard lock(data->lock);
    if (!data->filter) continue;
    const auto type = data->filter->comparison_type;
    const bool descending = type == duckdb::ExpressionType::COMPARE_GREATERTHAN ||
                            type == duckdb::ExpressionType::COMPARE_GREATERTHANOREQUALTO;
    std::stable_sort(live_.begin(), live_.end(), [&](idx_t a, idx_t b) {
      const auto x = table_->Range(a, column);
      const auto y = table_->Range(b, column);
      const bool x_known = x && x->known;
      const bool y_known = y && y->known;
      if (!x_known || !y_known) return !x_known && y_known;
      return descending ? x->max > y->max : x->min < y->min;
    });
  }
}

bool SnapshotFileList::MayPassRunTimeFilters(idx_t file) const {
  for (const auto& [position, filter] : run_time_->filters->filters) {
    const column_t column = run_time_->columns[position];
    const auto range = Range(file, column);
    if (!range) continue;
    const auto& type =
        column < table_->types().size() ? table_->types()[column] : range->min.type();
    const duckdb::BoundColumnRefExpression reference(type,
                                                     duckdb::ColumnBinding(0, position));
    const auto expression = filter->ToExpression(reference);
    Pruner pruner(*run_time_->context);
    const auto lookup = [&](const duckdb::BoundColumnRefExpression&) { return range; };
    if (!pruner.MayMatch(*expression, lookup, table_->files().rows(file))) return false;
  }
  return true;
}

duckdb::OpenFileInfo SnapshotFileList::GetFile(idx_t position) const {
  if (!run_time_) {
    return position < live_.size() ? Info(live_[position]) : duckdb::OpenFileInfo();
  }
  std::lock_guard lock(run_time_->mutex);
  auto& passed = run_time_->passed;
  while (passed.size() <= position && run_time_->next < live_.size()) {
    const idx_t file = live_[run_time_->next++];
    if (MayPassRunTimeFilters(file)) passed.push_back(file);
  }
  return position < passed.size() ? Info(passed[position]) : duckdb::OpenFileInfo();
}

duckdb::OpenFileInfo SnapshotFileList::Info(idx_t file) const {
  duckdb::OpenFileInfo info(table_->Path(file));
  info.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
  auto& options = info.extended_info->options;
  options[kSnapshotFileOption] = duckdb::Value::UBIGINT(file);
  options[kFileSizeOption] =
      duckdb::Value::UBIGINT(static_cast<uint64_t>(table_->files().bytes(file)));
  const std::string footer = table_->files().tag(file, kFooterTag);
  if (!footer.empty()) options[kFooterOption] = duckdb::Value(footer);
  options["validate_external_file_cache"] = duckdb::Value::BOOLEAN(false);
  const auto drawn = drawn_.find(static_cast<int64_t>(file));
  if (drawn == drawn_.end()) return info;
  duckdb::vector<duckdb::Value> groups;
  for (const int64_t group : drawn->second.groups) {
    groups.push_back(duckdb::Value::BIGINT(group));
  }
  options[kSampleGroupsOption] =
      duckdb::Value::LIST(duckdb::LogicalType::BIGINT, std::move(groups));
  options[kSampleOfOption] = duckdb::Value::BIGINT(drawn->second.of);
  return info;
}

duckdb::vector<duckdb::OpenFileInfo> SnapshotFileList::GetAllFiles() const {
  duckdb::vector<duckdb::OpenFileInfo> files;
  for (const idx_t file : live_) files.push_back(Info(file));
  return files;
}

duckdb::vector<duckdb::OpenFileInfo> SnapshotFileList::GetDisplayFileList(
    duckdb::optional_idx max_files) const {
  constexpr idx_t kMost = 100;
  idx_t count = std::min<idx_t>(live_.size(), kMost);
  if (max_files.IsValid()) count = std::min(count, max_files.GetIndex());
  duckdb::vector<duckdb::OpenFileInfo> files;
  for (idx_t i = 0; i < count; ++i) files.push_back(Info(live_[i]));
  return files;
}

duckdb::FileExpandResult SnapshotFileList::GetExpandResult() const {
  // SINGLE_FILE would mean one thread, as the number of row groups is not known.
  return live_.empty() ? duckdb::FileExpandResult::NO_FILES
                       : duckdb::FileExpandResult::MULTIPLE_FILES;
}

duckdb::unique_ptr<duckdb::NodeStatistics> SnapshotFileList::GetCardinality(
    duckdb::ClientContext&) const {
  int64_t rows = 0;
  for (const idx_t file : live_) rows += table_->files().rows(file);
  const auto sampled = static_cast<idx_t>(static_cast<double>(rows) * sample_.fraction);
  return duckdb::make_uniq<duckdb::NodeStatistics>(sampled, static_cast<idx_t>(rows));
}

SnapshotFileList* FileListOf(const duckdb::FunctionData* bind_data) {
  const auto* multi_file = dynamic_cast<const duckdb::MultiFileBindData*>(bind_data);
  if (multi_file == nullptr) return nullptr;
  return dynamic_cast<SnapshotFileList*>(multi_file->file_list.get());
}

}  // namespace flowlake
