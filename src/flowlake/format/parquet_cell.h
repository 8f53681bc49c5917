/// One value of somebody's Arrow array.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/format/field_value.h"

namespace flowlake {

/// The value at `row`, whose text points into the array. Invalid for nested types.
Result<Cell> CellAt(const arrow::Array& array, int64_t row);

/// A value of any type as people read it, nested ones too, cut to `limit` bytes; empty if
/// it is NULL.
std::string ShowCell(const arrow::Array& array, int64_t row, size_t limit);

}  // namespace flowlake
