/// Which rows of some Columns belong to which day.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/base/date.h"

namespace flowlake {

/// The rows of each UTC day of `start`; those without one, and all rows of a table
/// without that column, are of the day `fallback`.
class DaySplit {
 public:
  struct Part {
    std::optional<Date> day;
    /// Ascending; empty: every row. Valid as long as the split.
    std::span<const uint32_t> rows;
  };

  DaySplit(const Columns& columns, std::optional<Date> fallback);
  DaySplit(const DaySplit&) = delete;
  DaySplit& operator=(const DaySplit&) = delete;

  /// One per day, each with a row. Requires that there were rows.
  const std::vector<Part>& parts() const { return parts_; }

 private:
  void SplitByCounting(std::span<const int64_t> micros, Date first, Date last);
  void SplitByMap(const Column& start, std::optional<Date> fallback);

  std::vector<uint32_t> rows_;  // grouped by day
  std::vector<Part> parts_;
};

}  // namespace flowlake
