/// The write path: inputs → columns → data files → one commit, exactly once per input.
///
///   1. ListInputs (source) says which inputs there are; the caller may show them.
///   2. Workers take one input after the other: identify it, skip it if the ledger has
///   it,
///      convert it (ingest/converter.h) into data files (ingest/day_writers.h).
///   3. The rejects are committed (or staged), then the data tables, each with its ledger
///      (ingest/batch.h). What a lost race left out goes through 2 again.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/datafile/writer.h"
#include "flowlake/ingest/day_rule.h"
#include "flowlake/ingest/summary.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/edit.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct IngestOptions {
  /// Fields of inputs without a header, canonical names; empty: the lake's settings
  /// decide.
  std::vector<std::string> fields;
  int threads = 0;  ///< 0: one per core; never more than `memory_bytes` allows
  Compression compression = Compression::kSnappy;
  /// Bound of the whole process, of which open data files get the most; 0: 256 MiB for
  /// one thread, 512 MiB for more.
  int64_t memory_bytes = 0;
  /// Inputs per commit; 0: as many as are done in the time below, at most 65,536.
  int64_t commit_every = 0;
  /// After so long no input is begun before the others are committed, so that a run that
  /// is stopped loses no more; 0: never.
  int64_t commit_after_ms = 180'000;
  /// More rejects of the whole run than this make it fail before the commit that would
  /// have them; unset: no limit.
  std::optional<int64_t> max_rejects;
  /// Inputs that were refused before are tried again.
  bool retry_refused = false;
  /// Inputs of days that were expired are ingested all the same.
  bool take_expired = false;
  /// Which days the inputs may have records of.
  DayRule days{};
  /// Edits are staged instead of committed (table/staged_edits.h), and no two inputs
  /// share a data file.
  bool stage = false;
  /// What the staged edits wait for; requires `stage`.
  std::optional<EditClaim> claim{};
};

/// Written by the workers, read by whoever draws a progress bar. Thread-safe.
struct IngestProgress {
  std::atomic<int64_t> inputs_done{0};
  std::atomic<int64_t> bytes_done{0};  ///< as stored
  std::atomic<int64_t> records{0};
};

/// Ingests `inputs`. An input that is unusable is a problem of the summary, not an error;
/// an error means that the lake, the settings or --max-rejects ended the run: what
/// earlier batches committed stays, nothing else is visible. The message says how much
/// that is; the rest of the summary is lost.
Result<IngestSummary> Ingest(const Lake& lake, const std::vector<Input>& inputs,
                             const IngestOptions& options, IngestProgress& progress);

}  // namespace flowlake
