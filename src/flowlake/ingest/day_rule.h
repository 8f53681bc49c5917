/// Which days an input may have records of. Every day is a file of its own, so that a few
/// kilobytes with thousands of days would be thousands of files and megabytes of log at
/// every commit.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/mutex.h"

namespace flowlake {

struct Input;

/// Records of more days before the day of their input than these are rejects.
inline constexpr Date kOldestDays = 400;

struct DayRule {
  /// Days from here on that the user has named: they do not count, and none is too old.
  std::optional<Date> from{};
  /// The last of those; unset: no last.
  std::optional<Date> to{};
  /// An input with more days than these is refused.
  int64_t max_days = 64;
  /// Nobody looks on who could name days: an input without a day in its name is of the
  /// day it arrives, and all inputs of a commit together have `max_days`, those next to
  /// their inputs' days not counted.
  bool is_unattended = false;

  bool Names(Date day) const { return from && day >= *from && (!to || day <= *to); }
  /// The day of `input`, if it has one: of its name, or of its arrival.
  std::optional<Date> DayOf(const Input& input, Date today) const;
  /// What of this is not as usual, in words: an input that was refused under other terms
  /// is another try.
  std::vector<std::string> Terms() const;
};

/// Days that the inputs of one commit open together. Thread-safe.
class OpenedDays {
 public:
  /// Adds the days of a table; false, and nothing is added, if there were more than
  /// `most`.
  bool Add(const std::string& table, const std::set<Date>& days, int64_t most);

 private:
  Mutex mutex_;
  std::set<std::pair<std::string, Date>> days_ GUARDED_BY(mutex_);
};

}  // namespace flowlake
