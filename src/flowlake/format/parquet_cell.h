/// One value of somebody's Arrow array.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>

#include "flowlake/base/status.h"
#include "flowlake/format/field_value.h"

namespace flowlake {

/// The value at `row`, whose text points into the array. Invalid for nested types.
Result<Cell> CellAt(const arrow::Array& array, int64_t row);

}  // namespace flowlake
