/// Which functions and system tables SQL of a stranger may mention.
#pragma once

#include <duckdb/parser/query_node.hpp>

#include "flowlake/base/status.h"

namespace flowlake {

/// Invalid names the first that is refused: table functions other than those that make
/// rows of their arguments or read the lake, and whatever tells of the machine, runs SQL
/// from text, or changes the session.
Status CheckFunctions(duckdb::QueryNode& query);

}  // namespace flowlake
