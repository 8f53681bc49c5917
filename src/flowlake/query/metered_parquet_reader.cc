#include "flowlake/query/metered_parquet_reader.h"

#include <algorithm>
#include <duckdb/common/case_insensitive_map.hpp>
#include <map>
#include <string>
#include <vector>

#include "flowlake/query/snapshot_file_list.h"
#include "flowlake/query/store_file_system.h"

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

/// Behind an element of a schema and those below it.
size_t EndOfElement(const duckdb_parquet::FileMetaData& metadata, size_t at) {
  for (int64_t open = 1; open > 0 && at < metadata.schema.size(); ++at) {
    open += std::max(metadata.schema[at].num_children, 0) - 1;
  }
  return at;
}

/// As the file has them: DuckDB's own names have numbers where two are equal in any case.
std::vector<std::string> ColumnNames(const duckdb_parquet::FileMetaData& metadata) {
  std::vector<std::string> names;
  for (size_t at = 1; at < metadata.schema.size();) {
    names.push_back(metadata.schema[at].name);
    at = EndOfElement(metadata, at);
  }
  return names;
}

}  // namespace

MeteredParquetReader::MeteredParquetReader(duckdb::ClientContext& context,
                                           duckdb::OpenFileInfo file,
                                           const SnapshotTable& table, ScanMeter* meter,
                                           PageGuard* guard)
    : ParquetReader(context, std::move(file), duckdb::ParquetOptions(context)),
      meter_(*meter) {
  Guard(*guard);
  ReadTimestampsWithoutZone();
  NameColumns(table);
  ChooseRowGroups();
}

void MeteredParquetReader::Guard(PageGuard& guard) const {
  const bool is_ours = file.extended_info->options.contains(kFooterOption);
  if (is_ours && !guard.IsFooterRight(file.path)) {
    throw duckdb::IOException("read footer of %s: it was not compared with its checksum",
                              file.path);
  }
  std::vector<GuardedChunk> chunks;
  for (const auto& group : GetFileMetadata()->row_groups) {
    for (const auto& column : group.columns) {
      const auto& data = column.meta_data;
      GuardedChunk& chunk = chunks.emplace_back(
          GuardedChunk{RangeOf(column), data.total_uncompressed_size, data.num_values});
      for (const auto& stats : data.encoding_stats) {
        chunk.encodings.emplace_back(stats.page_type, stats.encoding);
      }
    }
  }
  guard.Describe(file.path, std::move(chunks), is_ours);
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

void MeteredParquetReader::NameColumns(const SnapshotTable& table) {
  // DuckDB finds a table's column in a file by its name in any case. Where names differ
  // only in that, each column of the file gets its own name in the table, and a column
  // that the table lacks none that the table has.
  std::map<std::string, std::string> wanted;
  for (duckdb::idx_t i = 0; i < table.partition_column(); ++i) {
    wanted.emplace(table.field_name(i), table.names()[i]);
  }
  const auto names = ColumnNames(*GetFileMetadata());
  duckdb::case_insensitive_set_t taken;
  std::set<size_t> named;
  for (size_t i = 0; i < std::min<size_t>(names.size(), columns.size()); ++i) {
    const auto found = wanted.find(names[i]);
    if (found == wanted.end() || !taken.insert(found->second).second) continue;
    columns[i].name = found->second;
    named.insert(i);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (named.contains(i) || !taken.contains(columns[i].name)) continue;
    columns[i].name = std::string("\0", 1) + std::to_string(i);  // SQL cannot say it
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
