/// What a run of ingest did.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/format/reject.h"

namespace flowlake {

/// An input that gave nothing, and why.
struct InputProblem {
  std::string name;
  std::string message;
  /// What has failed is this table, whatever the input is like; empty: the input has.
  std::string table{};
  /// Its content is unusable, and the lake remembers that: no use to try it again.
  bool is_refused = false;
};

/// Counts only what was committed.
struct IngestSummary {
  int64_t files = 0;           ///< inputs whose records are in the lake now
  int64_t files_skipped = 0;   ///< inputs that it had before, or had refused before
  int64_t refused_before = 0;  ///< those of files_skipped that it had refused
  int64_t expired = 0;         ///< those of files_skipped whose day was expired
  int64_t files_failed = 0;    ///< inputs that were refused or could not be read
  int64_t files_grown = 0;     ///< those of files whose beginning it had
  int64_t records = 0;
  RejectCounts rejects{};
  int64_t bytes_in = 0;     ///< as stored, of the ingested inputs
  int64_t bytes_plain = 0;  ///< the same, unzipped
  int64_t bytes_out = 0;    ///< of the new data files, rejects included
  int64_t data_files = 0;
  double seconds = 0;
  std::map<std::string, int64_t> versions;  ///< table -> the version of its last commit
  std::vector<InputProblem> problems;       ///< one for each of files_failed
  /// Tables that failed. Each is here once for each step, however many inputs wait for
  /// it: those are among the problems.
  Failures failures;
  /// Files whose last record has no end yet, and was left; those that are ingested, and
  /// those that have nothing else (of files_skipped).
  std::vector<std::string> waiting;
  /// Ingested files that are others than those of the same path before.
  std::vector<std::string> replaced;
  std::vector<std::string> unknown_fields;  ///< names that went to `extra`, each once

  int64_t total_rejects() const { return Total(rejects); }
};

}  // namespace flowlake
