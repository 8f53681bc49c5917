#include "flowlake/datafile/footer_columns.h"

#include <algorithm>
#include <optional>

namespace flowlake {

namespace {

void Add(const ChunkFooter& chunk, int64_t rows, std::optional<ColumnStatistics>& all) {
  if (!all) {
    all = ColumnStatistics{chunk.null_count, chunk.min, chunk.max, true};
    return;
  }
  all->null_count += chunk.null_count;
  if (chunk.null_count == rows) return;
  all->min = all->min && chunk.min ? std::min(all->min, chunk.min) : std::nullopt;
  all->max = all->max && chunk.max ? std::max(all->max, chunk.max) : std::nullopt;
}

// Row groups of nothing but NULLs come last, so that Add() never mistakes their missing
// bounds for unknown ones.
ColumnStatistics Merge(const Footer& footer, size_t column) {
  std::optional<ColumnStatistics> all;
  for (const bool only_nulls : {false, true}) {
    for (const RowGroupFooter& group : footer.row_groups) {
      const ChunkFooter& chunk = group.chunks[column];
      if ((chunk.null_count == group.rows) == only_nulls) Add(chunk, group.rows, all);
    }
  }
  return *all;
}

int64_t CompressedBytes(const Footer& footer, size_t column) {
  int64_t bytes = 0;
  for (const RowGroupFooter& group : footer.row_groups) {
    bytes += group.chunks[column].compressed_bytes;
  }
  return bytes;
}

}  // namespace

bool HasEqualRowGroups(const Footer& footer) {
  return std::ranges::all_of(footer.row_groups, [&](const RowGroupFooter& group) {
    return group.chunks.size() == footer.row_groups.front().chunks.size();
  });
}

void DescribeColumns(const Footer& footer, DataFile* file) {
  if (footer.row_groups.empty()) return;
  const std::vector<ChunkFooter>& chunks = footer.row_groups.front().chunks;
  for (size_t column = 0; column < chunks.size(); ++column) {
    file->statistics[chunks[column].column] = Merge(footer, column);
    file->column_bytes[chunks[column].column] = CompressedBytes(footer, column);
  }
}

}  // namespace flowlake
