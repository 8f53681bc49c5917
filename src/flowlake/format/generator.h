/// Realistic flow logs of any version from a seed, for demonstrations, benchmarks and
/// tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/status.h"

namespace flowlake {

struct GeneratorOptions {
  int version = 2;  ///< VPC 2 to 11, without 6
  bool transit_gateway = false;
  /// Overrides `version`: canonical names in this order.
  std::vector<std::string> fields;
  uint64_t seed = 1;
  int64_t records = 1'000'000;
  Date first_day = 0;
  int days = 1;
  /// Days in random order instead of ascending times.
  bool shuffle_days = false;
  /// Each record on a random one of the days: all of them are in use all the time.
  bool scatter_days = false;
  bool header = true;
};

/// The same options give the same bytes, on every machine. A few hosts talk much, many
/// little; ports, protocols, sizes and the share of REJECT, NODATA and SKIPDATA follow
/// what real logs show. Not thread-safe.
class Generator {
 public:
  static Result<std::unique_ptr<Generator>> Make(const GeneratorOptions& options);
  virtual ~Generator() = default;

  /// Appends about `bytes` bytes of whole lines to `out`; false when all records are out
  /// and nothing was appended.
  virtual bool Next(size_t bytes, std::string& out) = 0;
};

}  // namespace flowlake
