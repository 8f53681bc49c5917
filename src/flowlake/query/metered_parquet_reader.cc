#include "flowlake/query/metered_parquet_reader.h"

#include <algorithm>

#include "flowlake/query/snapshot_file_list.h"

namespace flowlake {

namespace {

ByteRange RangeOf(const duckdb_parquet::ColumnChunk& chunk) {
  const auto& data = chunk.meta_data;
  const bool dictionary = data.__isset.dictionary_page_offset &&
                          data.dictionary_page_offset > 0 &&
                          data.dictionary_page_offset < data.data_page_offset;
  return {dictionary ? data.dictionary_page_offset : data.data_page_offset,
          data.total_compressed_size};
}

}  // namespace

MeteredParquetReader::MeteredParquetReader(duckdb::ClientContext& context,
                                           duckdb::OpenFileInfo file, ScanMeter* meter)
    : ParquetReader(context, std::move(file), duckdb::ParquetOptions(context)),
      meter_(*meter) {
  ReadTimestampsWithoutZone();
  ChooseRowGroups();
}

void MeteredParquetReader::ReadTimestampsWithoutZone() {
  // Files say "UTC", which DuckDB takes for TIMESTAMP WITH TIME ZONE; the table's columns
  // are TIMESTAMP, always UTC. The bits are the same, and without a cast filters reach
  // the row groups' statistics.
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].type.id() != duckdb::LogicalTypeId::TIMESTAMP_TZ) continue;
    columns[i].type = duckdb::LogicalType::TIMESTAMP;
    root_schema->children[i].type = duckdb::LogicalType::TIMESTAMP;
  }
}

void MeteredParquetReader::ChooseRowGroups() {
  const auto& options = file.extended_info->options;
  const auto groups = options.find(kSampleGroupsOption);
  if (groups == options.end()) return;
  sampled_ = true;
  DrawnGroups drawn;
  drawn.of = options.at(kSampleOfOption).GetValue<int64_t>();
  for (const auto& group : duckdb::ListValue::GetChildren(groups->second)) {
    drawn.groups.push_back(group.GetValue<int64_t>());
  }
  for (const int64_t group : drawn.Among(static_cast<int64_t>(NumRowGroups()))) {
    chosen_.insert(group);
  }
}

bool MeteredParquetReader::TryInitializeScan(duckdb::ClientContext& context,
                                             duckdb::GlobalTableFunctionState& global,
                                             duckdb::LocalTableFunctionState& local) {
  if (!described_) meter_.Describe(file.path, Layout());
  described_ = true;
  while (ParquetReader::TryInitializeScan(context, global, local)) {
    if (!sampled_ || chosen_.contains(next_++)) return true;
  }
  return false;
}

FileLayout MeteredParquetReader::Layout() const {
  FileLayout layout;
  layout.bytes = static_cast<int64_t>(GetFileSize());
  std::set<duckdb::idx_t> needed;
  for (const auto& column : column_indexes) needed.insert(column.GetPrimaryIndex());
  for (const auto& group : GetFileMetadata()->row_groups) {
    auto& chunks = layout.row_groups.emplace_back();
    for (size_t i = 0; i < group.columns.size(); ++i) {
      const ByteRange range = RangeOf(group.columns[i]);
      layout.data_end = std::max(layout.data_end, range.end());
      if (needed.contains(i)) chunks.push_back(range);
    }
  }
  return layout;
}

}  // namespace flowlake
