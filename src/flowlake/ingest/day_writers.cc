#include "flowlake/ingest/day_writers.h"

#include <algorithm>
#include <iterator>

#include "flowlake/base/check.h"
#include "flowlake/ingest/day_split.h"
#include "flowlake/ingest/table_fits.h"

namespace flowlake {

namespace {

/// A file that has grown to this many rows is finished and another one begun: about
/// 300 MB of version 2 records.
constexpr int64_t kMaxFileRows = 16 << 20;

}  // namespace

void MergeFiles(FilesByTable from, FilesByTable& to) {
  for (auto& [table, files] : from) {
    auto& all = to[table];
    std::move(files.begin(), files.end(), std::back_inserter(all));
  }
}

void DeleteUncommitted(const Lake& lake, const FilesByTable& files) {
  for (const auto& [table, added] : files) {
    for (const AddedFile& file : added) {
      (void)lake.store()->Delete(table + "/" + file.file.path);
    }
  }
}

DayWriters::DayWriters(const Lake& lake, DayWritersOptions options)
    : lake_(lake), options_(options) {}

DayWriters::DayWriters(DayWriters&&) noexcept = default;

DayWriters::~DayWriters() { Abort(); }

Status DayWriters::Append(const Columns& columns, std::optional<Date> fallback,
                          std::span<const Key128> inputs) {
  if (columns.rows == 0) return Status::OK();
  const DaySplit split(columns, fallback);
  const TableFit* fit = options_.fits ? options_.fits->Of(*columns.schema) : nullptr;
  if (fit) return AppendParts(FitRows(columns, *fit), split.parts(), inputs);
  return AppendParts(columns, split.parts(), inputs);
}

Status DayWriters::AppendParts(const Columns& columns,
                               const std::vector<DaySplit::Part>& parts,
                               std::span<const Key128> inputs) {
  RowHasher& hasher = hashers_.try_emplace(columns.schema, *columns.schema).first->second;
  const auto hashes = hasher.Hash(columns);
  for (const auto& [day, rows] : parts) {
    ARROW_ASSIGN_OR_RAISE(OpenFile * file, FileFor({columns.schema, day}, columns));
    ARROW_RETURN_NOT_OK(file->writer->Append(columns, rows));
    file->content += SumOf(hashes, rows);
    file->inputs.insert(inputs.begin(), inputs.end());
  }
  return KeepWithinBudget();
}

Result<FilesByTable> DayWriters::Close() {
  for (auto& [key, file] : open_) ARROW_RETURN_NOT_OK(Finish(key, file));
  open_.clear();
  return std::exchange(finished_, {});
}

void DayWriters::Abort() {
  for (auto& [key, file] : open_) file.writer->Abort();
  open_.clear();
  DeleteUncommitted(lake_, finished_);
  finished_.clear();
}

Result<DayWriters::OpenFile*> DayWriters::FileFor(const FileKey& key,
                                                  const Columns& columns) {
  auto found = open_.find(key);
  if (found != open_.end()) {
    OpenFile& file = found->second;
    if (file.writer->rows() < kMaxFileRows && file.writer->Accepts(columns)) return &file;
    ARROW_RETURN_NOT_OK(Finish(key, file));
    open_.erase(found);
  }
  ARROW_ASSIGN_OR_RAISE(
      auto writer, DataFileWriter::Make(lake_.store(), key.first->table(), key.second,
                                        key.first, options_.file));
  OpenFile file{std::move(writer), {}, {}};
  return &open_.emplace(key, std::move(file)).first->second;
}

Status DayWriters::Finish(const FileKey& key, OpenFile& file) {
  ARROW_ASSIGN_OR_RAISE(DataFile written, file.writer->Close());
  Check(file.content.rows == written.rows, "a file with more or fewer rows than it got");
  written.tags[kContentTag] = file.content.ToTag();
  finished_[key.first->table()].push_back(
      {std::move(written), {file.inputs.begin(), file.inputs.end()}});
  return Status::OK();
}

int64_t DayWriters::buffered_bytes() const {
  int64_t total = 0;
  for (const auto& [key, file] : open_) total += file.writer->buffered_bytes();
  return total;
}

Status DayWriters::KeepWithinBudget() {
  while (buffered_bytes() > options_.budget_bytes) {
    const auto largest =
        std::max_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
          return a.second.writer->buffered_bytes() < b.second.writer->buffered_bytes();
        });
    const int64_t before = largest->second.writer->buffered_bytes();
    ARROW_RETURN_NOT_OK(largest->second.writer->FlushRowGroup());
    // What remains is the metadata of finished row groups, which only Close() frees.
    if (largest->second.writer->buffered_bytes() <= before / 2) continue;
    ARROW_RETURN_NOT_OK(Finish(largest->first, largest->second));
    open_.erase(largest);
  }
  return Status::OK();
}

}  // namespace flowlake
