/// Some inputs, converted in parallel and committed together.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/ingest/settings.h"

namespace flowlake {

struct BatchContext {
  const Lake& lake;
  const IngestOptions& options;
  const LakeSettings& settings;
  IngestProgress& progress;
  int64_t now = 0;
};

/// Inputs that must go through another batch.
struct BatchRest {
  /// A writer elsewhere won the race for an input with which they shared a data file.
  std::vector<Input> again;
  /// There was no time to begin them (IngestOptions::commit_after_ms).
  std::vector<Input> later;
};

/// Ingests `inputs`, at least the first of them, and adds what was committed to
/// `summary`.
Result<BatchRest> IngestBatch(const BatchContext& context, std::span<const Input> inputs,
                              IngestSummary& summary);

}  // namespace flowlake
