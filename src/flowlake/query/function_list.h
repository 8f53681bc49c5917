/// Which of DuckDB's functions SQL may call, in every session: those that compute from
/// their arguments, and those that list what is in the catalogue. All others are taken
/// out of DuckDB's own catalogue, so that nothing in a statement can reach them, however
/// it names them: those that read or write files, change settings, tell of the machine,
/// run SQL from text, or read memory that an argument names. Macros are not on the list:
/// they are made of functions.
#pragma once

#include <duckdb.hpp>
#include <set>
#include <string>
#include <string_view>

namespace flowlake {

struct FunctionList {
  std::set<std::string_view> values;  ///< scalar and aggregate functions
  std::set<std::string_view> tables;  ///< behind FROM
};

/// The functions that SQL may call, in lower case.
const FunctionList& AllowedFunctions();
/// Those of the linked DuckDB that it may not. Each function is on one of the two lists;
/// a test holds them against the library.
const FunctionList& RefusedFunctions();

/// Whether an error about a missing function should say that it is not allowed.
bool IsRefusedFunction(const std::string& name);

/// Takes out whatever is not allowed; what DuckDB calls pragmas and formats of COPY too.
/// DuckDB's exceptions pass.
void RemoveOtherFunctions(duckdb::Connection& connection);

}  // namespace flowlake
