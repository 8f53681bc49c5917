/// The open data files of one worker: one per table and day, within a memory budget.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/key128.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/content_sum.h"
#include "flowlake/datafile/row_hasher.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/ingest/day_split.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/lake.h"

namespace flowlake {

class TableFits;

/// Finished files by table.
using FilesByTable = std::map<std::string, std::vector<AddedFile>>;

/// Moves the files of `from` behind those of `to`.
void MergeFiles(FilesByTable from, FilesByTable& to);

/// Deletes files that no commit names, and never will. Tidiness: what remains, vacuum
/// removes.
void DeleteUncommitted(const Lake& lake, const FilesByTable& files);

struct DayWritersOptions {
  DataFileOptions file;
  /// Bytes of all open files together. Beyond, the largest writes its row group early, or
  /// is finished where its footer is what takes the memory.
  int64_t budget_bytes = 0;
  /// How rows go into tables that have other types; nullptr: all as they are. Outlives
  /// the writers.
  const TableFits* fits = nullptr;
};

/// Not thread-safe. Destruction without Close() leaves nothing visible behind.
class DayWriters {
 public:
  DayWriters(const Lake& lake, DayWritersOptions options);
  ~DayWriters();
  DayWriters(DayWriters&&) noexcept;

  /// Appends the rows, each to the file of the UTC day of its `start`; rows without one,
  /// and tables without that column, to `fallback`. Remembers that those files hold
  /// `inputs`: each of all, because a file that is thought to hold more than it does is
  /// safe, only ingested again more often.
  Status Append(const Columns& columns, std::optional<Date> fallback,
                std::span<const Key128> inputs);
  Status Append(const Columns& columns, std::optional<Date> fallback,
                const Key128& input) {
    return Append(columns, fallback, std::span(&input, 1));
  }

  /// Bytes of all open row groups.
  int64_t buffered_bytes() const;

  /// Finishes every file. Its tag says what rows it was given (datafile/content_sum.h).
  Result<FilesByTable> Close();

  /// Drops the open files.
  void Abort();

 private:
  using FileKey = std::pair<const Schema*, std::optional<Date>>;
  struct OpenFile {
    std::unique_ptr<DataFileWriter> writer;
    std::set<Key128> inputs;
    ContentSum content{};
  };

  Status AppendParts(const Columns& columns, const std::vector<DaySplit::Part>& parts,
                     std::span<const Key128> inputs);
  Result<OpenFile*> FileFor(const FileKey& key, const Columns& columns);
  Status Finish(const FileKey& key, OpenFile& file);
  Status KeepWithinBudget();

  Lake lake_;
  DayWritersOptions options_;
  std::map<const Schema*, RowHasher> hashers_;
  std::map<FileKey, OpenFile> open_;
  FilesByTable finished_;
};

}  // namespace flowlake
