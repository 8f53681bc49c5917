/// Whatever the daemon takes goes into the lake through here: one batch at a time, so
/// that its memory is one batch's, and its commits do not race each other.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/ingest/summary.h"
#include "flowlake/server/metrics.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// A line each.
void LogFailures(const Failures& failures);

/// Inputs that must come again, by name: the table that failed, whatever the input is
/// like, or empty if the input has.
using FailedInputs = std::map<std::string, std::string>;

/// Thread-safe.
class LakeWriter {
 public:
  LakeWriter(Lake lake, int64_t memory_bytes, Metrics& metrics)
      : lake_(std::move(lake)), memory_bytes_(memory_bytes), metrics_(metrics) {}

  const Lake& lake() const { return lake_; }

  /// Ingests and commits. Returns the inputs that must come again, because they failed or
  /// their last record has no end yet; those that are refused need not. An error: all of
  /// them must.
  Result<FailedInputs> Write(const std::vector<Input>& inputs);

 private:
  const Lake lake_;
  const int64_t memory_bytes_;
  Metrics& metrics_;
  std::mutex turn_;
};

}  // namespace flowlake
