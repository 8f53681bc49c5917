#include "flowlake/compact/task.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <set>
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
// More files than that cannot be read: it is the store, or too much to work around.
constexpr size_t kMostUnreadable = 3;
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
    ARROW_ASSIGN_OR_RAISE(result.files, WriteReadable());
    result.foreign = std::move(foreign_);
    result.failures = std::move(failures_);
    if (!has_work_) return result;
    result.replaced = taken_;
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

  /// Without the files that cannot be read.
  Result<std::vector<DataFile>> WriteReadable() {
    while (true) {
      auto files = Write();
      if (files.ok() || !unreadable_ || IsReadable(*unreadable_)) return files;
      failures_.Keep(table_.folder() + '/' + unreadable_->path, "compact",
                     files.status());
      if (failures_.size() > kMostUnreadable) return failures_.ToStatus();
      left_out_.insert(std::exchange(unreadable_, std::nullopt)->path);
    }
  }

  /// The files, which no commit names yet: only in here a failure deletes them.
  Result<std::vector<DataFile>> Write() {
    WindowWriter writer(table_.store(), table_.folder(), task_.date, &schema_,
                        WriterOptions());
    auto files = Rewrite(writer);
    if (!files.ok()) writer.Abort();
    return files;
  }

  /// None if there is nothing that would gain.
  Result<std::vector<DataFile>> Rewrite(WindowWriter& writer) {
    ARROW_RETURN_NOT_OK(SortInto(writer));
    if (!has_work_) return std::vector<DataFile>();
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
    rows_ = 0;
    content_ = {};
    taken_.clear();
    for (const DataFile& file : task_.files) {
      if (left_out_.contains(file.path)) continue;
      ARROW_RETURN_NOT_OK(Take(file, builder, sort));
      Report(file.bytes);
    }
    has_work_ =
        std::ranges::any_of(taken_, [&](const DataFile& file) { return Gains(file); });
    if (!has_work_) return Status::OK();
    int64_t given = 0;
    return sort.Drain([&](const Columns& rows) {
      Report(BytesOfRows(given + rows.rows) - BytesOfRows(given));
      given += rows.rows;
      return writer.Append(rows);
    });
  }

  /// Whether it was the store that failed for a moment: then the next run does it all.
  bool IsReadable(const DataFile& file) const {
    const std::string path = table_.folder() + "/" + file.path;
    const auto bytes = table_.store()->Open(path);
    if (!bytes.ok()) return false;
    ColumnsBuilder builder(&schema_);
    const auto reader = ColumnsReader::Open(*bytes, path, builder, FooterOf(file));
    if (!reader.ok()) return false;
    while (true) {
      const auto columns = (*reader)->Next(kReadRows);
      if (!columns.ok() || !*columns) return columns.ok();
    }
  }

  /// What was compacted alone is only taken along with what was not.
  bool Gains(const DataFile& file) const {
    const auto sorted = file.tags.find(kSortedTag);
    return sorted == file.tags.end() ||
           sorted->second != FormatSortOrder(settings_.order, schema_);
  }

  Status Take(const DataFile& file, ColumnsBuilder& builder, ExternalSort& sort) {
    const std::string path = table_.folder() + "/" + file.path;
    const auto bytes = table_.store()->Open(path);
    const auto reader = bytes.ok()
                            ? ColumnsReader::Open(*bytes, path, builder, FooterOf(file))
                            : Result<std::unique_ptr<ColumnsReader>>(bytes.status());
    if (reader.status().IsTypeError()) {
      foreign_.push_back(reader.status().message());
      left_out_.insert(file.path);
      return Status::OK();
    }
    taken_.push_back(file);
    const Status read =
        reader.ok() ? Read(**reader, ContentOf(file), sort) : reader.status();
    if (!read.ok()) unreadable_ = file;
    return read;
  }

  /// `content` is what the log says of the rows, if it says anything.
  Status Read(ColumnsReader& reader, const std::optional<ContentSum>& content,
              ExternalSort& sort) {
    if (content) content_ += *content;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(auto columns, reader.Next(kReadRows));
      if (!columns) return Status::OK();
      rows_ += columns->rows;
      if (!content) content_ += hasher_.Sum(*columns);
      if (options_.fault) columns = options_.fault(*std::move(columns));
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
    int64_t logged = 0;
    for (const DataFile& file : files) written += file.rows;
    for (const DataFile& file : taken_) logged += file.rows;
    if (written == rows_ && written == logged) return Status::OK();
    return Fail("the table's log says ", logged, " rows, the files had ", rows_, ", and ",
                written, " were written; nothing was committed");
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
    for (const DataFile& file : taken_) {
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
    for (const DataFile& file : taken_) edit.remove.push_back(file.path);
    return edit;
  }

  const Table& table_;
  const Schema& schema_;
  const CompactionTask& task_;
  const CompactionSettings& settings_;
  const TaskOptions& options_;
  int64_t rows_ = 0;             // read
  ContentSum content_;           // of the input
  RowHasher hasher_;             // for what of it has no tag
  std::vector<DataFile> taken_;  // whose rows these are
  bool has_work_ = false;        // one of these is not as it should be
  std::set<std::string> left_out_;
  std::vector<std::string> foreign_;
  Failures failures_;
  std::optional<DataFile> unreadable_;  // the file at which an attempt ended
};
}  // namespace

Result<TaskResult> RunCompactionTask(const Table& table, const Snapshot& snapshot,
                                     const CompactionTask& task,
                                     const CompactionSettings& settings,
                                     const TaskOptions& options) {
  return Task(table, snapshot, task, settings, options).Run();
}

}  // namespace flowlake
