/// The lake as a database inside DuckDB, so that no name of a lake is ever part of SQL's
/// text: tables and views are objects, made when they are named, from what the log says.
/// Read-only: DDL and DML are refused.
///
///     awsdatacatalog.flowlake.vpc_flow    SELECT … FROM vpc_flow AT (VERSION => 7)
#pragma once

#include <duckdb.hpp>

#include "flowlake/query/catalogue_transaction.h"

namespace flowlake {

/// Athena's name for the catalogue of its tables.
inline constexpr char kCatalogueName[] = "awsdatacatalog";
inline constexpr char kDatabaseName[] = "flowlake";

/// Attaches the lake and makes it what the connection's names are looked up in. The
/// session may be locked before. `source` outlives the database. Once per database.
/// DuckDB's exceptions pass.
void AttachCatalogue(duckdb::Connection& connection, const CatalogueSource* source);

}  // namespace flowlake
