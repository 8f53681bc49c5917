/// Rows of an input that comes back after some of its days were expired.
#pragma once

#include <cstdint>

#include "flowlake/base/columns.h"
#include "flowlake/base/date.h"

namespace flowlake {

/// Erases, of the finished rows of `columns` from `first` on, those of `day` and later:
/// they were not expired, so the table has them. A row without a time stays.
void EraseRowsFrom(Date day, int64_t first, ColumnsBuilder& columns);

}  // namespace flowlake
