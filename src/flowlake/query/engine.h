/// SQL over a lake: embedded DuckDB, reading the snapshot through the store, every byte
/// counted.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct EngineOptions {
  int threads = 0;                          ///< 0: one per core
  int64_t memory_bytes = int64_t{2} << 30;  ///< beyond it spills to a temporary folder
  int64_t spill_bytes = int64_t{64} << 30;  ///< beyond them the query fails
  /// An older version of the one table that a statement mentions without AT; a second
  /// such table is an error.
  std::optional<int64_t> version;
  /// Tables without AT as they were at that time, in milliseconds since the epoch.
  std::optional<int64_t> as_of_ms;
  /// SQL that did not come from the user's own command line: see doc/sql.md, "Untrusted".
  bool untrusted = false;
};

/// What an answer cost, or would cost.
struct QueryStatistics {
  int64_t bytes_scanned = 0;
  int64_t bytes_stored = 0;  ///< of the tables that the query mentions
  int64_t files_read = 0;
  int64_t files_skipped = 0;
  int64_t row_groups_read = 0;
  int64_t row_groups_skipped = 0;
  double seconds = 0;
  double athena_usd = 0;     ///< doc/sql.md, "What Athena would bill"
  bool upper_bound = false;  ///< an estimate that is "at most"
  /// "Trino" or "Athena" if it was not the embedded engine: then files, row groups and
  /// what is stored are not known.
  std::string engine{};
};

/// Rows of an answer as they come. Not thread-safe.
class Answer {
 public:
  virtual ~Answer() = default;
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  /// nullptr at the end.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
  /// So far; final once Next() has returned nullptr.
  virtual QueryStatistics statistics() const = 0;
};

struct QueryOptions {
  /// Refuse before reading if the estimate is above, and stop when the count passes it.
  std::optional<int64_t> max_scan_bytes;
  /// Called now and then from another thread with the share that is done, 0 to 1.
  std::function<void(double)> on_progress;
};

/// One session: views and macros live as long as it does. One statement at a time;
/// Interrupt() may come from any thread or from a signal handler's thread.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> Open(const Lake& lake,
                                              const EngineOptions& options);
  virtual ~Engine() = default;

  /// Runs one statement in DuckDB's dialect with Athena's additions (doc/sql.md), on the
  /// newest snapshot of each table, or the one that the options name. Errors are one line
  /// and say where in the SQL.
  virtual Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                              const QueryOptions& options) = 0;

  /// What Run would cost, from the log and a bounded number of footers.
  virtual Result<QueryStatistics> Estimate(const std::string& sql) = 0;

  /// The tables that statements can name.
  virtual Result<std::vector<std::string>> TableNames() = 0;

  /// Splits a script at its semicolons, as the parser sees them.
  virtual Result<std::vector<std::string>> Split(const std::string& script) = 0;

  /// Makes the running statement end with Cancelled, at once.
  virtual void Interrupt() = 0;
};

}  // namespace flowlake
