/// Which statements a session takes. What it may call is query/function_list.h.
#pragma once

#include <duckdb.hpp>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"

namespace flowlake {

/// Invalid if `sql` holds a NUL byte, at which DuckDB's parser would stop without a word.
Status CheckStatementText(std::string_view sql);

/// The one statement of `sql`. Invalid if it is more than one, or of a kind that sessions
/// do not take: those that write, change settings or reach outside. What CREATE makes is
/// made temporary: it lasts as long as the session. Of SQL that is untrusted only SELECT,
/// and EXPLAIN of one. DuckDB's parser only parses: nothing is looked up or run yet.
/// DuckDB's exceptions pass.
Result<duckdb::unique_ptr<duckdb::SQLStatement>> ParseStatement(
    const duckdb::ClientContext& context, const std::string& sql, bool untrusted);

}  // namespace flowlake
