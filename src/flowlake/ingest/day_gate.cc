#include "flowlake/ingest/day_gate.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <span>

#include "flowlake/base/check.h"
#include "flowlake/datafile/number_bounds.h"
#include "flowlake/format/extra_object.h"
#include "flowlake/format/parser.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

namespace {
// Deliveries are late, and of two days around midnight.
constexpr Date kNear = 2;

Date FirstDay() { return DateOfMicros(kEarliestTime); }

// As a row of Parquet would be shown: the text that it came from is gone.
void AddValue(ColumnsBuilder& columns, int index, size_t row, ExtraObject& object) {
  const Field& field = columns.schema().field(index);
  const Column& column = columns.finished(index);
  if (field.type == ColumnType::kString) {
    const bool is_value = row < column.codes.size() && column.codes[row] != kNullCode;
    if (!is_value) return;
    return object.AddString(field.name, columns.dictionary(index)[column.codes[row]]);
  }
  const bool is_value =
      row < column.numbers.size() && (column.valid.empty() || column.valid[row] != 0);
  if (!is_value) return;
  const int64_t number = column.numbers[row];
  if (field.type == ColumnType::kTimestamp) {
    object.AddString(field.name, FormatTimestamp(number));
  } else if (field.type == ColumnType::kDouble) {
    object.AddString(field.name, std::to_string(std::bit_cast<double>(number)));
  } else {
    object.AddJson(field.name, std::to_string(number));
  }
}
}  // namespace

DayGate::DayGate(const DayRule& rule, const Input& input, Date today)
    : rule_(rule), input_(input), day_(rule.DayOf(input, today)) {}

Status DayGate::Check(ColumnsBuilder& columns, int64_t first, Rejects& rejects) {
  const int field = columns.schema().time_field();
  if (field < 0) return Status::OK();
  const Column& times = columns.finished(field);
  const auto end =
      std::min<int64_t>(columns.rows(), static_cast<int64_t>(times.numbers.size()));
  if (first >= end) return Status::OK();
  const auto rows =
      std::span(times.numbers)
          .subspan(static_cast<size_t>(first), static_cast<size_t>(end - first));
  const NumberBounds bounds = BoundsOf(rows);
  const bool is_one_day =
      bounds.min >= last_ * kMicrosPerDay && bounds.max < (last_ + 1) * kMicrosPerDay;
  if (is_one_day) return Status::OK();
  std::vector<int64_t> too_old;
  for (int64_t row = first; row < end; ++row) {
    const auto micros = times.number(row);
    if (!micros) continue;
    const Date day = DateOfMicros(*micros);
    if (day == last_) continue;
    if (IsTooOld(day)) {
      too_old.push_back(row);
      oldest_ = too_old_ == 0 ? day : std::min(oldest_, day);
      ++too_old_;
      continue;
    }
    ARROW_RETURN_NOT_OK(See(day));
  }
  if (!too_old.empty()) Reject(columns, too_old, rejects);
  return Status::OK();
}

Status DayGate::See(Date day) {
  last_ = day;
  const auto at = static_cast<size_t>(std::max<Date>(day - FirstDay(), 0));
  if (at >= seen_.size()) seen_.resize(at + 1);
  if (seen_[at]) return Status::OK();
  seen_[at] = true;
  if (day == input_.date || rule_.Names(day)) return Status::OK();
  days_.insert(day);
  if (static_cast<int64_t>(days_.size()) <= rule_.max_days) return Status::OK();
  return Status::Invalid(
      input_.name, " has records of more than ", rule_.max_days, " days, from ",
      FormatDate(*days_.begin()), " to ", FormatDate(*days_.rbegin()),
      " as far as it was read; if that is right, ingest it with --from ",
      FormatDate(*days_.begin()), " (or --max-days)");
}

bool DayGate::IsTooOld(Date day) const {
  return day_ && day < *day_ - kOldestDays && !(rule_.from && day >= *rule_.from);
}

void DayGate::Reject(ColumnsBuilder& columns, const std::vector<int64_t>& rows,
                     Rejects& rejects) {
  const Schema& schema = columns.schema();
  const std::string& column = schema.field(schema.time_field()).name;
  for (const int64_t row : rows) {
    ExtraObject object;
    for (int i = 0; i < schema.size(); ++i) {
      AddValue(columns, i, static_cast<size_t>(row), object);
    }
    rejects.Add({0, 0, column, RejectReason::kTooOld, std::string(object.Finish())});
  }
  columns.EraseRows(rows);
}

std::string DayGate::Advice() const {
  flowlake::Check(too_old_ > 0 && day_,
                  "advice about records that are too old, of which none is");
  return "more than " + std::to_string(kOldestDays) + " days older than " +
         FormatDate(*day_) +
         ", the day of the input; if that is right, ingest it with --from " +
         FormatDate(oldest_);
}

Status DayGate::Finish(const std::string& table, int64_t rows, OpenedDays& opened) const {
  if (rows == 0 && too_old_ > 0) {
    return Status::Invalid("all ", too_old_, " records of ", input_.name, " are ",
                           Advice());
  }
  if (!rule_.is_unattended) return Status::OK();
  std::set<Date> far = days_;
  if (day_) std::erase_if(far, [&](Date day) { return std::abs(day - *day_) <= kNear; });
  if (opened.Add(table, far, rule_.max_days)) return Status::OK();
  return Status::Invalid(
      input_.name, " has records of ", far.size(),
      " days, with which its commit would have more than ", rule_.max_days,
      " far from today; if that is right, take it with flowlake ingest");
}

}  // namespace flowlake
