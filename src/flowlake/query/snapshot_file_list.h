/// Which files of a snapshot a scan reads: DuckDB's filters prune it, by partition and by
/// the log's statistics, before any file is opened.
#pragma once

#include <duckdb/common/multi_file/multi_file_list.hpp>
#include <duckdb/planner/table_filter.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "flowlake/query/sampling.h"
#include "flowlake/query/snapshot_table.h"

namespace flowlake {

/// Options of a file that the reader of a sample looks at.
inline constexpr char kSampleGroupsOption[] = "flowlake_sample_groups";
inline constexpr char kSampleOfOption[] = "flowlake_sample_of";

/// What TABLESAMPLE SYSTEM asked for; drawn once pruning is done.
struct SampleWish {
  double fraction = 1;
  uint64_t seed = 0;
};

/// Immutable after planning, except for the files that run-time filters (join keys, TopN)
/// let through: those are found as the scan asks for them. DuckDB's base class defines
/// threading.
class SnapshotFileList final : public duckdb::MultiFileList {
 public:
  explicit SnapshotFileList(std::shared_ptr<const SnapshotTable> table);

  const SnapshotTable& table() const { return *table_; }
  /// Numbers of files in the snapshot, in the order of the scan.
  const duckdb::vector<duckdb::idx_t>& live() const { return live_; }
  const SampleWish& sample() const { return sample_; }
  bool is_sampled() const { return sample_.fraction < 1; }
  const std::map<int64_t, DrawnGroups>& drawn() const { return drawn_; }

  void SetLive(duckdb::vector<duckdb::idx_t> live) { live_ = std::move(live); }
  void SetSample(SampleWish sample) { sample_ = sample; }
  /// The sample's row groups, from the files that pruning left.
  void Draw();

  /// What is known of a column, or of a virtual column, in a file.
  std::optional<ValueRange> Range(duckdb::idx_t file, duckdb::column_t column) const;
  duckdb::unique_ptr<SnapshotFileList> Clone() const;

  // The default Copy makes a plain list, which would lose the snapshot.
  duckdb::unique_ptr<MultiFileList> Copy() const override { return Clone(); }
  duckdb::unique_ptr<MultiFileList> ComplexFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      duckdb::MultiFilePushdownInfo& info,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const override;
  duckdb::unique_ptr<MultiFileList> DynamicFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      const duckdb::vector<std::string>& names,
      const duckdb::vector<duckdb::LogicalType>& types,
      const duckdb::vector<duckdb::column_t>& column_ids,
      duckdb::TableFilterSet& filters) const override;
  duckdb::OpenFileInfo GetFile(duckdb::idx_t position) const override;
  duckdb::vector<duckdb::OpenFileInfo> GetAllFiles() const override;
  /// For explanations: a few of very many.
  duckdb::vector<duckdb::OpenFileInfo> GetDisplayFileList(
      duckdb::optional_idx max_files) const override;
  duckdb::FileExpandResult GetExpandResult() const override;
  duckdb::idx_t GetTotalFileCount() const override { return live_.size(); }
  bool FileIsAvailable(duckdb::idx_t) const override { return true; }
  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(
      duckdb::ClientContext& context) const override;

 private:
  struct RunTimeFilters;

  duckdb::OpenFileInfo Info(duckdb::idx_t file) const;
  bool MayPassRunTimeFilters(duckdb::idx_t file) const;
  void OrderForTopN(const duckdb::TableFilterSet& filters,
                    const duckdb::vector<duckdb::column_t>& column_ids);

  std::shared_ptr<const SnapshotTable> table_;
  duckdb::vector<duckdb::idx_t> live_;
  SampleWish sample_;
  std::map<int64_t, DrawnGroups> drawn_;
  std::shared_ptr<RunTimeFilters> run_time_;  // at execution only
};

/// The list behind a scan's bind data; nullptr if it is not a scan of a snapshot.
SnapshotFileList* FileListOf(const duckdb::FunctionData* bind_data);

}  // namespace flowlake
