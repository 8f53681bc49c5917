/// Records that could not be parsed. They are data, not errors.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace flowlake {

enum class RejectReason : uint8_t {
  kFieldCount,    ///< fewer or more fields than the header or format names
  kNotANumber,    ///< text where the field is numeric
  kOutOfRange,    ///< a number that its type cannot hold, or a negative one
  kTimeTooEarly,  ///< before 2010
  kTimeTooLate,   ///< more than two days ahead of the clock
  kInvalidUtf8,
  kNulByte,
  kTooLong,       ///< a record of more than 1 MiB
  kNotJson,       ///< a document that is not the JSON we expect
  kBadEscape,     ///< a percent-encoding that is none
  kRefusedInput,  ///< the whole input; the text says why (written by ingest)
  kTooOld,        ///< far older than the day of its input (ingest/day_rule.h)
  kCutLine,       ///< went on after what there was of it had been ingested as a record
};
inline constexpr int kRejectReasons = static_cast<int>(RejectReason::kCutLine) + 1;

/// As in the rejects table and in the summary: "field_count", "not_a_number", …
std::string_view RejectReasonName(RejectReason reason);

struct Reject {
  int64_t line = 0;    ///< from 1; 0 where the input has no lines (Parquet: the row)
  int64_t offset = 0;  ///< of the record in the unzipped input
  std::string column;  ///< the field that failed; empty if it is the record
  RejectReason reason = RejectReason::kFieldCount;
  std::string text;  ///< the record as it came, cut to 4 KiB
};
inline constexpr size_t kMaxRejectText = 4096;

using RejectCounts = std::array<int64_t, kRejectReasons>;
/// Of all reasons together.
inline int64_t Total(const RejectCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

/// Collects the rejects of one input. Not thread-safe.
class Rejects {
 public:
  void Add(Reject reject);

  int64_t total() const { return total_; }
  const RejectCounts& counts() const { return counts_; }
  /// Every reject since the last Take(): they go to the rejects table, none is dropped.
  std::vector<Reject> Take();
  size_t memory() const { return memory_; }

 private:
  int64_t total_ = 0;
  RejectCounts counts_{};
  size_t memory_ = 0;
  std::vector<Reject> pending_;
};

}  // namespace flowlake
