/// Our columns as Parquet describes them. Every column is optional:
///   string     BYTE_ARRAY (String)
///   int32      INT32
///   int64      INT64
///   timestamp  INT64 (Timestamp, UTC, microseconds)
#pragma once

#include <parquet/schema.h>

#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/value.h"

namespace flowlake {

parquet::schema::NodePtr MakeParquetSchema(const std::vector<Field>& fields);

/// `value` as statistics hold it. Requires that it is one of a column of `type`.
std::string EncodeStatistic(ColumnType type, const Value& value);

/// The inverse, for any file's columns: milliseconds and nanoseconds become microseconds.
/// nullopt for types that Value cannot express and for bytes of the wrong length.
std::optional<Value> DecodeStatistic(const parquet::ColumnDescriptor& column,
                                     const std::string& bytes);

}  // namespace flowlake
