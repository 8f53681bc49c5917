/// Arrow's nested values as JSON and back: actions of a checkpoint are those of a log
/// entry in other clothes.
#pragma once

#include <arrow/array.h>
#include <arrow/builder.h>

#include "flowlake/base/status.h"
#include "flowlake/table/json.h"

namespace flowlake {

/// Appends `json` to `builder` by its type: structs take members by name, maps and lists
/// all of them, timestamps and dates text. What is absent, null, or of another type
/// becomes null.
Status AppendJson(const Json* json, arrow::ArrayBuilder& builder);

/// The value at `row`. Struct members that are null are left out.
Result<Json> JsonAt(const arrow::Array& array, int64_t row);

}  // namespace flowlake
