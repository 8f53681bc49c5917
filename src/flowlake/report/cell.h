/// One cell of an Arrow array as text and as JSON, for every type that DuckDB exports.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace flowlake {

/// As SQL writes it: "BIGINT", "DECIMAL(38,2)", "VARCHAR[]", "STRUCT(a INTEGER)", …
std::string SqlTypeName(const arrow::DataType& type);

/// NULL, also behind a dictionary and in a column of nothing but NULL.
bool IsNull(const arrow::Array& array, int64_t row);

/// Right-aligned in a table.
bool IsNumber(const arrow::DataType& type);

/// Unescaped text: timestamps "2026-09-21 13:05:09" in UTC, doubles as short as they can
/// be read back, bytes as \x…, nested values as JSON; NULL is "NULL".
std::string CellText(const arrow::Array& array, int64_t row);

/// One JSON value in ASCII: NULL, NaN and infinities are null, numbers of all widths are
/// numbers, everything that is not a number, boolean, list or object is a string.
std::string CellJson(const arrow::Array& array, int64_t row);

/// A string of RFC 8259 in ASCII; bytes that are no UTF-8 become U+FFFD.
std::string QuoteJson(std::string_view text);

}  // namespace flowlake
