/// A running DuckDB query as Arrow batches.
#pragma once

#include <duckdb.hpp>
#include <functional>
#include <memory>
#include <string>

#include "flowlake/query/dialect.h"
#include "flowlake/query/engine.h"
#include "flowlake/query/mentioned_tables.h"
#include "flowlake/query/scan_meter.h"

namespace flowlake {

/// What an answer needs of its session, which outlives it.
struct AnswerSource {
  std::string sql;
  RewrittenSql rewritten;
  duckdb::Connection* connection;
  const MentionedTables* mentioned;
  ScanMeter* meter;
  std::function<void(double)> on_progress;
};

class DuckDbAnswer {
 public:
  /// Starts the statement. DuckDB's exceptions pass.
  static Result<std::unique_ptr<Answer>> Start(
      AnswerSource source, duckdb::unique_ptr<duckdb::SQLStatement> statement);
};

}  // namespace flowlake
