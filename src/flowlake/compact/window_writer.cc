#include "flowlake/compact/window_writer.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/compact/sort_order.h"

namespace flowlake {

namespace {
constexpr uint32_t kSampleOneIn = 10;
constexpr char kSampleShare[] = "0.1";
constexpr int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
constexpr int64_t kHoursPerDay = 24;
}  // namespace

WindowWriter::WindowWriter(std::shared_ptr<Store> store, std::string table_folder,
                           std::optional<Date> date, const Schema* schema,
                           WindowWriterOptions options)
    : store_(std::move(store)),
      folder_(std::move(table_folder)),
      date_(date),
      schema_(schema),
      options_(std::move(options)),
      random_(options_.seed) {}

WindowWriter::~WindowWriter() = default;

Status WindowWriter::Append(const Columns& columns) {
  for (int64_t begin = 0; begin < columns.rows;) {
    const int64_t window = WindowOf(columns, begin);
    if (window_ && *window_ != window) ARROW_RETURN_NOT_OK(EndWindow());
    window_ = window;
    const int64_t end = EndOfWindow(columns, begin);
    const Split split = SplitRows(begin, end);
    DataFileOptions sample = options_.file;
    sample.row_group_rows = options_.sample_group_rows;
    ARROW_RETURN_NOT_OK(Write(columns, split.sample, sample_, sample));
    ARROW_RETURN_NOT_OK(Write(columns, split.rest, rest_, options_.file));
    rows_ += end - begin;
    begin = end;
  }
  return Status::OK();
}

Result<std::vector<DataFile>> WindowWriter::Finish() {
  ARROW_RETURN_NOT_OK(EndWindow());
  return finished_;
}

void WindowWriter::Abort() {
  for (Output* output : {&sample_, &rest_}) {
    if (output->writer) output->writer->Abort();
    finished_.insert(finished_.end(), output->files.begin(), output->files.end());
  }
  // What cannot be deleted is an orphan, which vacuum removes.
  for (const DataFile& file : finished_) (void)store_->Delete(folder_ + "/" + file.path);
}

int64_t WindowWriter::WindowOf(const Columns& columns, int64_t row) const {
  const int64_t none = kHoursPerDay / options_.window_hours - 1;
  if (options_.time_field < 0 || !date_) return none;
  const Column& times = columns.column(options_.time_field);
  const auto time = times.present ? times.number(row) : std::nullopt;
  if (!time) return none;
  const int64_t midnight = *date_ * kMicrosPerDay;
  return std::clamp<int64_t>(
      FloorDivide(*time - midnight, options_.window_hours * kMicrosPerHour), 0, none);
}

int64_t WindowWriter::EndOfWindow(const Columns& columns, int64_t begin) const {
  const int64_t window = WindowOf(columns, begin);
  int64_t low = begin + 1;
  int64_t high = columns.rows;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    (WindowOf(columns, middle) > window ? high : low) =
        WindowOf(columns, middle) > window ? middle : middle + 1;
  }
  return low;
}

// One row of each ten that follow one another: as random as any tenth, and nearer to one
// for every address.
WindowWriter::Split WindowWriter::SplitRows(int64_t begin, int64_t end) {
  Split split;
  split.rest.reserve(static_cast<size_t>(end - begin));
  for (int64_t row = begin; row < end; ++row) {
    if (in_group_ == 0) drawn_ = static_cast<uint32_t>(random_() % kSampleOneIn);
    const bool is_drawn = options_.has_samples && in_group_ == drawn_;
    (is_drawn ? split.sample : split.rest).push_back(static_cast<uint32_t>(row));
    in_group_ = (in_group_ + 1) % kSampleOneIn;
  }
  return split;
}

Status WindowWriter::Write(const Columns& columns, const std::vector<uint32_t>& rows,
                           Output& output, const DataFileOptions& options) {
  if (rows.empty()) return Status::OK();
  if (output.writer && IsFull(*output.writer)) ARROW_RETURN_NOT_OK(CloseFile(output));
  if (!output.writer) {
    ARROW_ASSIGN_OR_RAISE(output.writer,
                          DataFileWriter::Make(store_, folder_, date_, schema_, options));
  }
  return output.writer->Append(columns, rows);
}

// A file that reached its size goes on to twice as much where what is left would make
// less than half a file.
bool WindowWriter::IsFull(const DataFileWriter& writer) const {
  const int64_t bytes = writer.written_bytes();
  if (bytes < options_.file_bytes) return false;
  if (bytes >= options_.file_bytes * 2 - options_.file_bytes / 8) return true;
  const int64_t left = std::max<int64_t>(0, options_.expected_rows - rows_);
  const double row_bytes = static_cast<double>(bytes) /
                           static_cast<double>(std::max<int64_t>(1, writer.rows()));
  return static_cast<double>(left) * row_bytes >
         static_cast<double>(options_.file_bytes) / 2;
}

Status WindowWriter::CloseFile(Output& output) {
  ARROW_ASSIGN_OR_RAISE(DataFile file, output.writer->Close());
  output.writer.reset();
  output.files.push_back(std::move(file));
  return Status::OK();
}

Status WindowWriter::EndWindow() {
  for (Output* output : {&sample_, &rest_}) {
    if (output->writer) ARROW_RETURN_NOT_OK(CloseFile(*output));
  }
  // A window of a few rows may have none in its sample: then it is none.
  const bool has_sample = !sample_.files.empty() && !rest_.files.empty();
  Tag(sample_.files, has_sample ? kSampleShare : "");
  Tag(rest_.files, has_sample ? kSampleRest : "");
  in_group_ = 0;
  return Status::OK();
}

std::string WindowWriter::WindowTag() const {
  const std::string date = date_ ? FormatDate(*date_) : "none";
  const std::string hour = std::to_string(window_.value_or(0) * options_.window_hours);
  return date + "T" + (hour.size() < 2 ? "0" : "") + hour + "/" +
         std::to_string(options_.window_hours);
}

void WindowWriter::Tag(std::vector<DataFile>& files, const std::string& sample) {
  const bool is_sample = sample == kSampleShare;
  for (DataFile& file : files) {
    file.tags[kWindowTag] = WindowTag();
    file.tags[kSortedTag] = options_.sorted;
    file.tags[kGroupRowsTag] = std::to_string(is_sample ? options_.sample_group_rows
                                                        : options_.file.row_group_rows);
    if (!sample.empty()) file.tags[kSampleTag] = sample;
    finished_.push_back(std::move(file));
  }
  files.clear();
}

}  // namespace flowlake
