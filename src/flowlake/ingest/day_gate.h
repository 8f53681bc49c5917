/// The rows of one input, held against the rule for days (ingest/day_rule.h).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/date.h"
#include "flowlake/base/status.h"
#include "flowlake/format/reject.h"
#include "flowlake/ingest/day_rule.h"

namespace flowlake {

/// Of one input. Not thread-safe.
class DayGate {
 public:
  /// `today` is of the run. `rule` and `input` outlive the gate.
  DayGate(const DayRule& rule, const Input& input, Date today);

  /// Looks at the finished rows of `columns` from `first` on: those that are too old
  /// leave it for `rejects`. Invalid if the input has too many days.
  Status Check(ColumnsBuilder& columns, int64_t first, Rejects& rejects);

  /// Of an input of which all rows were appended. Invalid if it had records and all of
  /// them were too old, or if it and the others of its commit have too many days.
  Status Finish(const std::string& table, int64_t rows, OpenedDays& opened) const;

  int64_t too_old() const { return too_old_; }
  /// What those are, and which flag takes them. Requires that there are some.
  std::string Advice() const;

 private:
  Status See(Date day);
  bool IsTooOld(Date day) const;
  void Reject(ColumnsBuilder& columns, const std::vector<int64_t>& rows,
              Rejects& rejects);

  const DayRule& rule_;
  const Input& input_;
  const std::optional<Date> day_;
  std::set<Date> days_;  ///< that count
  std::vector<bool> seen_;
  Date last_ = 0;  ///< seen
  int64_t too_old_ = 0;
  Date oldest_ = 0;  ///< of those
};

}  // namespace flowlake
