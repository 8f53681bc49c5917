#include "flowlake/compact/plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace flowlake {

namespace {
constexpr int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
constexpr int64_t kGrace = 2 * kMicrosPerHour;
constexpr int64_t kHoursPerDay = 24;
constexpr std::array<int64_t, 6> kWindowHours{1, 2, 3, 6, 12, 24};
constexpr char kFirstSortColumn[] = "srcaddr";

// Windows of a day, both included.
struct Span {
  int64_t first;
  int64_t last;
};

struct FreshFile {
  const DataFile* file;
  Span span;
};

int64_t BytesOf(const std::vector<DataFile>& files) {
  int64_t bytes = 0;
  for (const DataFile& file : files) bytes += file.bytes;
  return bytes;
}

std::optional<int64_t> NumberOf(const std::optional<Value>& value) {
  const auto* number = value ? std::get_if<int64_t>(&*value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

// The files of one day to tasks.
class DayPlanner {
 public:
  /// `time`: the name of the column that says the window; empty if there is none.
  DayPlanner(const std::vector<DataFile>& files, const CompactionSettings& settings,
             const PlanOptions& options, const std::string& order,
             const std::string& time)
      : settings_(settings),
        options_(options),
        order_(order),
        time_(time),
        date_(files.front().date),
        hours_(WindowHours(files)) {
    for (const DataFile& file : files) Sort(file);
  }

  void AddTo(CompactionPlan& plan) {
    std::ranges::stable_sort(due_, [](const FreshFile& a, const FreshFile& b) {
      return std::pair(a.span.first, a.span.last) < std::pair(b.span.first, b.span.last);
    });
    plan.waiting_files += waiting_;
    for (size_t begin = 0; begin < due_.size();) {
      const size_t end = EndOfTask(begin);
      AddTask(std::span(due_).subspan(begin, end - begin), plan);
      begin = end;
    }
  }

 private:
  int64_t WindowHours(const std::vector<DataFile>& files) const {
    const int64_t bytes = BytesOf(files);
    const auto fits = [&](int64_t hours) {
      return bytes / kHoursPerDay * hours >= settings_.window_bytes;
    };
    for (const int64_t hours : kWindowHours) {
      if (date_ && fits(hours)) return hours;
    }
    return kHoursPerDay;
  }

  int64_t WindowAt(int64_t time) const {
    const int64_t in_day = time - int64_t{*date_} * kMicrosPerDay;
    return std::clamp<int64_t>(FloorDivide(in_day, hours_ * kMicrosPerHour), 0,
                               kHoursPerDay / hours_ - 1);
  }

  Span SpanOf(const DataFile& file) const {
    const Span day{0, kHoursPerDay / hours_ - 1};
    const auto found = file.statistics.find(time_);
    if (!date_ || found == file.statistics.end()) return day;
    const auto min = NumberOf(found->second.min);
    const auto max = NumberOf(found->second.max);
    if (!min || !max) return day;
    return {WindowAt(*min), found->second.null_count > 0 ? day.last : WindowAt(*max)};
  }

  bool IsDue(const DataFile& file, const Span& span) const {
    if (options_.all) return true;
    if (!date_) return file.modified_ms * 1000 + kGrace <= options_.now;
    const int64_t end =
        int64_t{*date_} * kMicrosPerDay + (span.last + 1) * hours_ * kMicrosPerHour;
    return end + kGrace <= options_.now;
  }

  bool IsCompacted(const DataFile& file) const {
    const auto found = file.tags.find(kSortedTag);
    return found != file.tags.end() && (!options_.all || found->second == order_);
  }

  void Sort(const DataFile& file) {
    const Span span = SpanOf(file);
    if (IsCompacted(file)) {
      compacted_.push_back({&file, span});
    } else if (IsDue(file, span)) {
      due_.push_back({&file, span});
    } else {
      ++waiting_;
    }
  }

  size_t EndOfTask(size_t begin) const {
    size_t end = begin + 1;
    int64_t bytes = due_[begin].file->bytes;
    while (end < due_.size() && bytes + due_[end].file->bytes <= settings_.task_bytes) {
      bytes += due_[end++].file->bytes;
    }
    return end;
  }

  void AddTask(std::span<const FreshFile> fresh, CompactionPlan& plan) const {
    CompactionTask task{date_, static_cast<int>(hours_), {}};
    std::set<int64_t> windows;
    for (const FreshFile& file : fresh) {
      task.files.push_back(*file.file);
      for (int64_t at = file.span.first; at <= file.span.last; ++at) windows.insert(at);
    }
    if (IsLate(windows) && !AreEnough(task)) {
      plan.waiting_files += static_cast<int64_t>(fresh.size());
      return;
    }
    const auto small = SmallCompacted(windows);
    task.files.insert(task.files.end(), small.begin(), small.end());
    plan.tasks.push_back(std::move(task));
  }

  bool IsLate(const std::set<int64_t>& windows) const {
    return std::ranges::all_of(windows, [&](int64_t window) {
      return std::ranges::any_of(compacted_, [&](const FreshFile& file) {
        return file.span.first <= window && window <= file.span.last;
      });
    });
  }

  bool AreEnough(const CompactionTask& task) const {
    return options_.all ||
           static_cast<int64_t>(task.files.size()) >= settings_.late_files ||
           task.bytes() >= settings_.small_bytes;
  }

  // All of a window's files or none: the sample and the rest belong together.
  std::vector<DataFile> SmallCompacted(const std::set<int64_t>& windows) const {
    std::vector<DataFile> files;
    for (const FreshFile& file : compacted_) {
      const bool is_inside =
          windows.contains(file.span.first) && windows.contains(file.span.last);
      if (is_inside) files.push_back(*file.file);
    }
    if (BytesOf(files) >= settings_.small_bytes) files.clear();
    return files;
  }

  const CompactionSettings& settings_;
  const PlanOptions& options_;
  const std::string& order_;
  const std::string& time_;
  const std::optional<Date> date_;
  const int64_t hours_;
  std::vector<FreshFile> due_;
  std::vector<FreshFile> compacted_;
  int64_t waiting_ = 0;
};

bool IsWanted(std::optional<Date> date, const PlanOptions& options) {
  if (!options.from && !options.to) return true;
  if (!date) return false;
  return (!options.from || *date >= *options.from) &&
         (!options.to || *date <= *options.to);
}
}  // namespace

int64_t CompactionTask::bytes() const { return BytesOf(files); }

int64_t CompactionTask::rows() const {
  int64_t rows = 0;
  for (const DataFile& file : files) rows += file.rows;
  return rows;
}

CompactionPlan PlanCompaction(const Snapshot& snapshot,
                              const CompactionSettings& settings,
                              const PlanOptions& options) {
  const FileList& all = snapshot.files;
  std::map<std::optional<Date>, std::vector<size_t>> days;
  for (size_t i = 0; i < all.size(); ++i) {
    if (IsWanted(all.date(i), options)) days[all.date(i)].push_back(i);
  }
  const std::string order = FormatSortOrder(settings.order, snapshot.schema);
  const int time = snapshot.schema.time_field();
  const std::string time_name = time < 0 ? "" : snapshot.schema.field(time).name;
  CompactionPlan plan;
  for (const auto& [date, numbers] : days) {
    std::vector<DataFile> files;
    for (const size_t i : numbers) files.push_back(all[i]);
    DayPlanner(files, settings, options, order, time_name).AddTo(plan);
  }
  return plan;
}

// Sorted by it, the first column nearly vanishes; the others lose what Zstandard gains.
int64_t ExpectedBytes(const CompactionTask& task) {
  double bytes = 0;
  for (const DataFile& file : task.files) {
    const auto source = file.column_bytes.find(kFirstSortColumn);
    const bool is_fresh = !file.tags.contains(kSortedTag);
    const double vanishing = is_fresh && source != file.column_bytes.end()
                                 ? static_cast<double>(source->second)
                                 : 0;
    const double others = static_cast<double>(file.bytes) - vanishing;
    bytes += vanishing * 0.05 + others * (is_fresh ? 0.75 : 1);
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace flowlake
