/// Functions of Athena and Trino that DuckDB lacks or means otherwise, as SQL macros.
#pragma once

#include <span>

namespace flowlake {

/// CREATE statements, to run in this order when a session begins.
std::span<const char* const> MacroStatements();

}  // namespace flowlake
