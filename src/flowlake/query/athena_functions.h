/// Functions of Athena's that no macro can spell: date_parse(text, format),
/// contains(network, IPADDRESS), cardinality(array).
#pragma once

#include <duckdb.hpp>
#include <string>
#include <string_view>

namespace flowlake {

/// A format of MySQL's date functions as strptime's: "%Y-%m-%d %H:%i" is
/// "%Y-%m-%d %H:%M".
std::string StrptimeFormat(std::string_view mysql_format);

/// Also makes the type IPADDRESS: text, but `contains` knows it. DuckDB's exceptions
/// pass.
void RegisterAthenaFunctions(duckdb::DatabaseInstance& database);

}  // namespace flowlake
