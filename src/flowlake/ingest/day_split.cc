#include "flowlake/ingest/day_split.h"

#include <map>

#include "flowlake/base/check.h"
#include "flowlake/datafile/number_bounds.h"

namespace flowlake {

namespace {
// As many counters as rows of a usual batch.
constexpr int64_t kMostCountedDays = 8192;
}  // namespace

DaySplit::DaySplit(const Columns& columns, std::optional<Date> fallback) {
  Check(columns.rows > 0, "the days of no rows");
  const int index = columns.schema->time_field();
  if (index < 0 || !columns.column(index).present) {
    parts_ = {{fallback, {}}};
    return;
  }
  const Column& start = columns.column(index);
  if (!start.valid.empty()) {
    SplitByMap(start, fallback);
    return;
  }
  const NumberBounds bounds = BoundsOf(start.numbers);
  const Date first = DateOfMicros(bounds.min);
  const Date last = DateOfMicros(bounds.max);
  if (first == last) {
    parts_ = {{first, {}}};
  } else if (int64_t{last} - first < kMostCountedDays) {
    SplitByCounting(start.numbers, first, last);
  } else {
    SplitByMap(start, fallback);
  }
}

// Counts the rows of each day, then gives each row its place.
void DaySplit::SplitByCounting(std::span<const int64_t> micros, Date first, Date last) {
  const int64_t origin = first * kMicrosPerDay;
  std::vector<uint32_t> days(micros.size());
  std::vector<uint32_t> ends(static_cast<size_t>(last - first) + 1);
  for (size_t row = 0; row < micros.size(); ++row) {
    const auto since = static_cast<uint64_t>(micros[row] - origin);
    days[row] = static_cast<uint32_t>(since / uint64_t{kMicrosPerDay});
    ++ends[days[row]];
  }
  rows_.resize(micros.size());
  uint32_t begin = 0;
  for (size_t day = 0; day < ends.size(); ++day) {
    const uint32_t count = ends[day];
    const std::span<const uint32_t> rows(rows_.data() + begin, count);
    if (count > 0) parts_.push_back({first + static_cast<Date>(day), rows});
    ends[day] = begin;
    begin += count;
  }
  for (size_t row = 0; row < micros.size(); ++row) {
    rows_[ends[days[row]]++] = static_cast<uint32_t>(row);
  }
}

// Rows without a time, or days far apart.
void DaySplit::SplitByMap(const Column& start, std::optional<Date> fallback) {
  std::map<std::optional<Date>, std::vector<uint32_t>> days;
  for (size_t row = 0; row < start.numbers.size(); ++row) {
    const auto micros = start.number(static_cast<int64_t>(row));
    const auto day = micros ? std::optional(DateOfMicros(*micros)) : fallback;
    days[day].push_back(static_cast<uint32_t>(row));
  }
  if (days.size() == 1) {
    parts_ = {{days.begin()->first, {}}};
    return;
  }
  rows_.reserve(start.numbers.size());  // so that no span becomes invalid
  for (const auto& [day, rows] : days) {
    const uint32_t* const begin = rows_.data() + rows_.size();
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    parts_.push_back({day, {begin, rows.size()}});
  }
}

}  // namespace flowlake
