#include "flowlake/compact/task.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "flowlake/compact/window_writer.h"
#include "flowlake/datafile/columns_reader.h"
#include "flowlake/datafile/content_sum.h"
#include "flowlake/datafile/footer_checksum.h"
#include "flowlake/datafile/row_hasher.h"
#include "flowlake/datafile/stored_content.h"

namespace flowlake {

namespace {
constexpr int64_t kReadRows = 64 << 10;
constexpr int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
constexpr int kHoursPerDay = 24;
// Of a table without lookups: asked for by value, and in too many places for minima and
// maxima to tell.
constexpr std::array<std::string_view, 6> kBloomFilters{
    "srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr", "interface_id", "instance_id"};

std::vector<std::string> BloomFiltersOf(const Schema& schema) {
  std::vector<std::string> columns(kBloomFilters.begin(), kBloomFilters.end());
  const auto lookups = SplitNames(schema.use().lookups);
  if (!lookups.empty()) columns.assign(lookups.begin(), lookups.end());
  return columns;
}

class Task {
 public:
  Task(const Table& table, const Snapshot& snapshot, const CompactionTask& task,
       const CompactionSettings& settings, const TaskOptions& options)
      : table_(table),
        schema_(snapshot.schema),
        task_(task),
        settings_(settings),
        options_(options),
        hasher_(snapshot.schema) {}

  Result<TaskResult> Run() {
    TaskResult result;
    ARROW_ASSIGN_OR_RAISE(result.files, Write());
    ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome,
                          table_.Commit(EditOf(result.files)));
    outcome.unnamed.Delete(*table_.store());  // another writer removed a file of the task
    result.version = outcome.version;
    return result;
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("compact ", table_.folder(), "/", PartitionFolder(task_.date),
                           ": ", cause...);
  }

  WindowWriterOptions WriterOptions() const {
    WindowWriterOptions options;
    options.file.compression = Compression::kZstd;
    options.file.row_group_rows = RowGroupRows();
    options.file.bloom_filters = BloomFiltersOf(schema_);
    options.file_bytes = settings_.file_bytes;
    options.expected_rows = task_.rows();
    options.window_hours = task_.window_hours;
    options.time_field = schema_.time_field();
    options.has_samples = HasSamples();
    options.sorted = FormatSortOrder(settings_.order, schema_);
    options.seed = std::random_device()();
    return options;
  }

  // As many groups as let a search for one address skip nearly all of a window; no
  // smaller than a dictionary pays.
  int64_t RowGroupRows() const {
    constexpr int64_t kGroupsPerWindow = 64;
    constexpr int64_t kLeastRows = 16 << 10;
    return std::clamp(RowsPerWindow() / kGroupsPerWindow,
                      std::min(kLeastRows, settings_.row_group_rows),
                      settings_.row_group_rows);
  }

  int64_t RowsPerWindow() const {
    return task_.rows() * task_.window_hours / kHoursPerDay;
  }

  // A sample of few rows is one more small file, and no answer.
  bool HasSamples() const { return RowsPerWindow() >= settings_.sample_rows; }

  SortOrder OrderByWindow() const {
    SortOrder order = settings_.order;
    const int time = schema_.time_field();
    if (time < 0 || task_.window_hours == kHoursPerDay) return order;
    order.insert(order.begin(), {time, task_.window_hours * kMicrosPerHour});
    return order;
  }

  /// The files, which no commit names yet: only in here a failure deletes them.
  Result<std::vector<DataFile>> Write() {
    WindowWriter writer(table_.store(), table_.folder(), task_.date, &schema_,
                        WriterOptions());
    auto files = Rewrite(writer);
    if (!files.ok()) writer.Abort();
    return files;
  }

  Result<std::vector<DataFile>> Rewrite(WindowWriter& writer) {
    ARROW_RETURN_NOT_OK(SortInto(writer));
    ARROW_ASSIGN_OR_RAISE(auto files, writer.Finish());
    ARROW_RETURN_NOT_OK(CheckRows(files));
    ARROW_RETURN_NOT_OK(CheckContent(files));
    return files;
  }

  Status SortInto(WindowWriter& writer) {
    ExternalSortOptions options = options_.sort;
    options.expected_rows = task_.rows();
    ExternalSort sort(&schema_, OrderByWindow(), options);
    ColumnsBuilder builder(&schema_);
    for (const DataFile& file : task_.files) {
      ARROW_RETURN_NOT_OK(Read(file, builder, sort));
      Report(file.bytes);
    }
    int64_t given = 0;
    return sort.Drain([&](const Columns& rows) {
      Report(BytesOfRows(given + rows.rows) - BytesOfRows(given));
      given += rows.rows;
      return writer.Append(rows);
    });
  }

  Status Read(const DataFile& file, ColumnsBuilder& builder, ExternalSort& sort) {
    const std::string path = table_.folder() + "/" + file.path;
    ARROW_ASSIGN_OR_RAISE(auto bytes, table_.store()->Open(path));
    ARROW_ASSIGN_OR_RAISE(auto reader, ColumnsReader::Open(std::move(bytes), path,
                                                           builder, FooterOf(file)));
    const auto content = ContentOf(file);
    if (content) content_ += *content;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(auto columns, reader->Next(kReadRows));
      if (!columns) return Status::OK();
      rows_ += columns->rows;
      if (!content) content_ += hasher_.Sum(*columns);
      if (options_.fault) *columns = options_.fault(*std::move(columns));
      ARROW_RETURN_NOT_OK(sort.Append(*columns));
    }
  }

  int64_t BytesOfRows(int64_t rows) const {
    const auto all = static_cast<double>(std::max<int64_t>(1, rows_));
    return static_cast<int64_t>(static_cast<double>(task_.bytes()) / all *
                                static_cast<double>(rows));
  }

  void Report(int64_t bytes) const {
    if (options_.progress) options_.progress(bytes);
  }

  Status CheckRows(const std::vector<DataFile>& files) const {
    int64_t written = 0;
    for (const DataFile& file : files) written += file.rows;
    if (written == rows_ && written == task_.rows()) return Status::OK();
    return Fail("the table's log says ", task_.rows(), " rows, the files had ", rows_,
                ", and ", written, " were written; nothing was committed");
  }

  // Another reader than that of the input, so that no fault is in both.
  Status CheckContent(std::vector<DataFile>& files) const {
    ContentSum written;
    for (DataFile& file : files) {
      ARROW_ASSIGN_OR_RAISE(const ContentSum content, StoredSum(file));
      file.tags[kContentTag] = content.ToTag();
      written += content;
    }
    if (written == content_) return Status::OK();
    ARROW_RETURN_NOT_OK(CheckInput());
    return Fail("rows would have changed: the files had ", content_.ToTag(), ", and ",
                written.ToTag(), " were written; nothing was committed");
  }

  // Names the first file of the input that is not what its tag says.
  Status CheckInput() const {
    for (const DataFile& file : task_.files) {
      const auto tag = ContentOf(file);
      if (!tag) continue;
      ARROW_ASSIGN_OR_RAISE(const ContentSum content, StoredSum(file));
      if (content == *tag) continue;
      return Fail(file.path, " has other rows than were written to it: ", content.ToTag(),
                  "; the log says ", tag->ToTag(), "; nothing was committed");
    }
    return Status::OK();
  }

  Result<ContentSum> StoredSum(const DataFile& file) const {
    const std::string path = table_.folder() + "/" + file.path;
    ARROW_ASSIGN_OR_RAISE(auto bytes, table_.store()->Open(path));
    return SumOfStored(std::move(bytes), path, schema_);
  }

  Edit EditOf(const std::vector<DataFile>& files) const {
    Edit edit;
    edit.operation = "OPTIMIZE";
    edit.data_change = false;
    edit.parameters = {{"sort", FormatSortOrder(settings_.order, schema_)},
                       {"window", std::to_string(task_.window_hours) + "h"}};
    for (const DataFile& file : files) edit.add.push_back({file, {}});
    for (const DataFile& file : task_.files) edit.remove.push_back(file.path);
    return edit;
  }

  const Table& table_;
  const Schema& schema_;
  const CompactionTask& task_;
  const CompactionSettings& settings_;
  const TaskOptions& options_;
  int64_t rows_ = 0;    // read
  ContentSum content_;  // of the input
  RowHasher hasher_;    // for what of it has no tag
};
}  // namespace

Result<TaskResult> RunCompactionTask(const Table& table, const Snapshot& snapshot,
                                     const CompactionTask& task,
                                     const CompactionSettings& settings,
                                     const TaskOptions& options) {
  return Task(table, snapshot, task, settings, options).Run();
}

}  // namespace flowlake
