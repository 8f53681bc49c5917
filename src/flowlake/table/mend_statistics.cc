#include "flowlake/table/mend_statistics.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "flowlake/base/parallel.h"
#include "flowlake/datafile/footer.h"
#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/datafile/footer_columns.h"
#include "flowlake/table/file_statistics.h"

namespace flowlake {

namespace {

constexpr size_t kMostFiles = 8192;
constexpr size_t kFootersAtOnce = 8;
/// Sizes in the order of the schema that the writer knew.
constexpr char kOldSizesTag[] = "flowlake.column_bytes";

bool IsWhole(const ColumnStatistics& column, int64_t rows) {
  return column.null_count == rows || (column.min && column.max);
}

/// nullopt: it stays as it is.
std::optional<AddedFile> Mend(const Table& table, DataFile file) {
  const std::string path = table.folder() + '/' + file.path;
  auto bytes = table.store()->Open(path);
  if (!bytes.ok()) return std::nullopt;
  const auto footer = ReadFooter(*std::move(bytes), path, FooterOf(file));
  if (!footer.ok() || footer->rows != file.rows || !HasEqualRowGroups(*footer)) {
    return std::nullopt;
  }
  file.statistics.clear();
  file.column_bytes.clear();
  file.tags.erase(kOldSizesTag);
  DescribeColumns(*footer, &file);
  return AddedFile{std::move(file), {}};
}

std::vector<AddedFile> MendAll(const Table& table, const std::vector<DataFile>& files) {
  std::vector<std::optional<AddedFile>> mended(files.size());
  ForEachInParallel(files.size(), kFootersAtOnce,
                    [&](size_t i) { mended[i] = Mend(table, files[i]); });
  std::vector<AddedFile> whole;
  for (auto& file : mended) {
    if (file) whole.push_back(*std::move(file));
  }
  return whole;
}

}  // namespace

bool NeedsMending(const Snapshot& snapshot, size_t index) {
  const DataFile file = snapshot.files[index];
  const bool is_old = file.column_bytes.empty();
  if (is_old && !file.tags.contains(kOldSizesTag)) return false;
  const auto columns = ListedColumns(snapshot.configuration, snapshot.schema);
  const auto is_known = [&](const std::string& name) {
    const auto found = file.statistics.find(name);
    return found != file.statistics.end() && IsWhole(found->second, file.rows);
  };
  if (std::ranges::all_of(columns, is_known)) return false;
  // The row count alone is what is said where a bound cannot be given; an old program, or
  // its checkpoint, may have lost one that can.
  return is_old || !file.statistics.empty();
}

Result<int64_t> MendStatistics(const Table& table) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
  std::vector<DataFile> files;
  for (size_t i = 0; i < snapshot->files.size() && files.size() < kMostFiles; ++i) {
    if (NeedsMending(*snapshot, i)) files.push_back(snapshot->files[i]);
  }
  Edit edit;
  edit.operation = "COMPUTE STATISTICS";
  edit.add = MendAll(table, files);
  edit.data_change = false;
  edit.files_exist = true;
  edit.adds_again = true;
  if (edit.add.empty()) return 0;
  ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, table.Commit(edit));
  return outcome.version < 0 ? 0 : static_cast<int64_t>(edit.add.size());
}

}  // namespace flowlake
