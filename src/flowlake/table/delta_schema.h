/// A table's columns as Delta's `metaData.schemaString` has them.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// The only partition column of every table.
inline constexpr char kPartitionColumn[] = "date";

/// JSON of a struct of `schema`'s fields and, last, the partition column.
std::string FormatDeltaSchema(const Schema& schema);

/// The fields without the partition column, which may stand anywhere but must be there.
/// Invalid names the column whose type is none of ours.
Result<Schema> ParseDeltaSchema(std::string_view text, const std::string& table);

}  // namespace flowlake
