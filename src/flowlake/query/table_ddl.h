/// What a user pastes into another engine so that it knows the lake's tables, and the
/// views that AWS's and the article's queries expect. doc/engines.md.
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/query/sql_text.h"

namespace flowlake {

enum class DdlDialect {
  kAthena,           ///< Delta, read by its log
  kTrino,            ///< the same, by a catalogue of Trino's Delta Lake connector
  kSpark,            ///< the same, by Spark SQL with Delta
  kAthenaManifests,  ///< symlink manifests, as a Hive table
  kTrinoManifests,   ///< the same, by a catalogue of Trino's Hive connector
};

/// "athena", "trino", "spark", and "manifests" of the first two.
Result<DdlDialect> ParseDdlDialect(const std::string& name, bool manifests);

struct DdlTable {
  Schema schema;
  std::string location;  ///< "s3://bucket/lake/vpc_flow"
};

struct DdlOptions {
  DdlDialect dialect = DdlDialect::kAthena;
  std::string catalog;                ///< of Trino
  std::string database = "flowlake";  ///< Trino's and Spark's word is schema
};

/// Statements without semicolons, in the order in which they must run. Each may run
/// again, but for Trino's register_table, which fails for a table that is registered.
/// Invalid if a name or place has characters that a terminal does not show: nobody could
/// read what they paste.
Result<std::vector<SqlText>> DdlStatements(const std::vector<DdlTable>& tables,
                                           const DdlOptions& options);

}  // namespace flowlake
