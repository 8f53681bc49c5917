// A run is an uncompressed data file. The merge goes in steps:
//   1. each run has a batch of its next rows in memory
//   2. the bound is the least of the batches' last rows: whatever is not in memory yet is
//      not before it
//   3. the rows up to the bound, of all batches, are sorted and given
// so that rows are compared by the ranks of RowPile, not one by one.
#include "flowlake/compact/external_sort.h"

#include <algorithm>
#include <utility>

#include "flowlake/datafile/columns_reader.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/store/local_store.h"

namespace flowlake {

namespace {
constexpr char kRunFolder[] = "run";
constexpr int64_t kTakenRows = 64 << 10;
constexpr int64_t kRunGroupRows = 64 << 10;
constexpr int64_t kMaxBatchRows = 256 << 10;
// What a row takes while it is merged, per column: its batch, its place in the pile.
constexpr int64_t kMergeCellBytes = 24;

// No more than a run can hold, whose rows have half of its memory for their sort.
int64_t RowsOfRun(const ExternalSortOptions& options) {
  constexpr int64_t kLeastRowBytes = 48;
  return std::min(options.expected_rows, options.memory / kLeastRowBytes);
}
}  // namespace

// The next rows of one run.
class ExternalSort::Cursor {
 public:
  Cursor(std::unique_ptr<ColumnsReader> reader, int64_t batch_rows)
      : reader_(std::move(reader)), batch_rows_(batch_rows) {}

  // False at the end of the run.
  Result<bool> Fill() {
    if (batch_ && at_ < batch_->rows) return true;
    ARROW_ASSIGN_OR_RAISE(batch_, reader_->Next(batch_rows_));
    at_ = 0;
    return batch_.has_value();
  }

  const Columns& batch() const { return *batch_; }
  int64_t last() const { return batch_->rows - 1; }

  // Moves the rows that are not behind `bound`'s last row into the pile.
  void MoveUpTo(const Cursor& bound, const SortOrder& order, RowPile& pile) {
    int64_t low = at_;
    int64_t high = batch_->rows;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      const bool is_behind =
          CompareRows(*batch_, middle, bound.batch(), bound.last(), order) > 0;
      (is_behind ? high : low) = is_behind ? middle : middle + 1;
    }
    pile.Append(*batch_, at_, low);
    at_ = low;
  }

 private:
  std::unique_ptr<ColumnsReader> reader_;
  int64_t batch_rows_;
  std::optional<Columns> batch_;
  int64_t at_ = 0;
};

ExternalSort::ExternalSort(const Schema* schema, SortOrder order,
                           ExternalSortOptions options)
    : schema_(schema),
      order_(std::move(order)),
      options_(std::move(options)),
      pile_(schema, order_, RowsOfRun(options_)) {}

ExternalSort::~ExternalSort() = default;

Status ExternalSort::Append(const Columns& columns) {
  pile_.Append(columns, 0, columns.rows);
  return pile_.memory() > options_.memory ? Spill() : Status::OK();
}

Status ExternalSort::Drain(const Sink& sink) {
  if (runs_.empty()) return GiveSorted(sink);
  if (pile_.rows() > 0) ARROW_RETURN_NOT_OK(Spill());
  return Merge(sink);
}

Status ExternalSort::Spill() {
  if (!store_) {
    ARROW_ASSIGN_OR_RAISE(folder_, TemporaryFolder::Make(options_.temporary_folder));
    store_ = MakeLocalStore(folder_->path());
  }
  DataFileOptions options;
  options.compression = Compression::kNone;
  options.row_group_rows = kRunGroupRows;
  ARROW_ASSIGN_OR_RAISE(
      auto writer,
      DataFileWriter::Make(store_, kRunFolder, std::nullopt, schema_, options));
  ARROW_RETURN_NOT_OK(
      GiveSorted([&](const Columns& rows) { return writer->Append(rows, {}); }));
  ARROW_ASSIGN_OR_RAISE(const DataFile run, writer->Close());
  runs_.push_back(std::string(kRunFolder) + "/" + run.path);
  return Status::OK();
}

Status ExternalSort::GiveSorted(const Sink& sink) {
  pile_.Sort();
  for (int64_t at = 0; at < pile_.rows(); at += kTakenRows) {
    ARROW_RETURN_NOT_OK(sink(pile_.Take(at, std::min(kTakenRows, pile_.rows() - at))));
  }
  pile_.Clear();
  return Status::OK();
}

int64_t ExternalSort::MergeBatchRows() const {
  const auto columns = std::ranges::count(pile_.present(), true);
  const int64_t row_bytes = kMergeCellBytes * std::max<int64_t>(1, columns);
  return std::clamp<int64_t>(options_.memory / row_bytes / (runs() + 1), 1,
                             kMaxBatchRows);
}

Status ExternalSort::Merge(const Sink& sink) {
  ColumnsBuilder builder(schema_);
  std::vector<std::unique_ptr<Cursor>> cursors;
  for (const std::string& run : runs_) {
    ARROW_ASSIGN_OR_RAISE(auto file, store_->Open(run));
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          ColumnsReader::Open(std::move(file), run, builder));
    cursors.push_back(std::make_unique<Cursor>(std::move(reader), MergeBatchRows()));
  }
  while (!cursors.empty()) ARROW_RETURN_NOT_OK(MergeStep(cursors, sink));
  return Status::OK();
}

Status ExternalSort::MergeStep(std::vector<std::unique_ptr<Cursor>>& cursors,
                               const Sink& sink) {
  std::vector<std::unique_ptr<Cursor>> filled;
  for (auto& cursor : cursors) {
    ARROW_ASSIGN_OR_RAISE(const bool has_rows, cursor->Fill());
    if (has_rows) filled.push_back(std::move(cursor));
  }
  cursors = std::move(filled);
  if (cursors.empty()) return Status::OK();
  const Cursor& bound =
      **std::ranges::min_element(cursors, [&](const auto& a, const auto& b) {
        return CompareRows(a->batch(), a->last(), b->batch(), b->last(), order_) < 0;
      });
  for (auto& cursor : cursors) cursor->MoveUpTo(bound, order_, pile_);
  return GiveSorted(sink);
}

}  // namespace flowlake
