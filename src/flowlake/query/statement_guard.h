/// Which statements a session runs: questions, and for its own user what lives no longer
/// than the session.
#pragma once

#include <duckdb/parser/sql_statement.hpp>

#include "flowlake/base/status.h"

namespace flowlake {

/// Invalid says in one line what is refused and what would be right.
Status CheckStatement(const duckdb::SQLStatement& statement, bool untrusted);

}  // namespace flowlake
