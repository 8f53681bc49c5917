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

/// Ingests `inputs` and adds what was committed to `summary`. Returns the inputs that
/// must go through another batch, because a writer elsewhere won the race for an input
/// with which they shared a data file.
Result<std::vector<Input>> IngestBatch(const BatchContext& context,
                                       std::span<const Input> inputs,
                                       IngestSummary& summary);

}  // namespace flowlake
