/// What the daemon counts, and how Prometheus reads it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "flowlake/base/failures.h"

namespace flowlake {

/// What became of a request of Firehose.
enum class DeliveryOutcome {
  kAccepted,      ///< durable now
  kDuplicate,     ///< durable before
  kUnauthorized,  ///< without the access key
  kMalformed,     ///< not as specified
  kUnavailable,   ///< must come again: no room, or the log failed
};
inline constexpr int kDeliveryOutcomes = 5;

/// How often something took how long. Thread-safe.
class DurationHistogram {
 public:
  static constexpr std::array<double, 10> kBounds = {0.01, 0.03, 0.1, 0.3, 1,
                                                     3,    10,   30,  100, 300};

  void Observe(double seconds);
  /// In Prometheus's text format, as `name`.
  std::string Render(const std::string& name, const std::string& help) const;

 private:
  std::array<std::atomic<int64_t>, kBounds.size() + 1> counts_{};
  std::atomic<int64_t> micros_{0};
};

/// How often which step of which table has failed. Thread-safe.
class FailureCounts {
 public:
  void Add(const Failures& failures);
  /// In Prometheus's text format, as `name` with the labels table and step.
  std::string Render(const std::string& name, const std::string& help) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, int64_t> counts_;
};

/// Counters grow only; gauges are what they are now. All are thread-safe.
struct Metrics {
  std::array<std::atomic<int64_t>, kDeliveryOutcomes> deliveries{};
  std::atomic<int64_t> received_bytes{0};   ///< of bodies, as they were sent
  std::atomic<int64_t> delivered_bytes{0};  ///< of records, decoded
  std::atomic<int64_t> inputs{0};
  std::atomic<int64_t> skipped{0};
  std::atomic<int64_t> refused{0};
  std::atomic<int64_t> records{0};
  std::atomic<int64_t> rejects{0};
  std::atomic<int64_t> written_bytes{0};  ///< of data files
  std::atomic<int64_t> failures{0};       ///< of anything that is tried again
  FailureCounts failed_steps;             ///< those of one table
  DurationHistogram acknowledge_seconds;
  DurationHistogram commit_seconds;

  std::atomic<int64_t> wal_deliveries{0};
  std::atomic<int64_t> wal_bytes{0};
  std::atomic<int64_t> wal_damaged{0};
  std::atomic<int64_t> wal_aside_bytes{0};  ///< that wait for a table that failed
  /// Since when something that was delivered has failed to come into the lake; 0: nothing
  /// has.
  std::atomic<int64_t> stuck_since_ms{0};
  std::atomic<int64_t> wal_oldest_ms{0};     ///< since the epoch; 0: it is empty
  std::atomic<int64_t> staged_oldest_ms{0};  ///< likewise
  std::atomic<int64_t> compaction_files{0};  ///< that a compaction would replace
  std::atomic<int64_t> connections{0};

  void Count(DeliveryOutcome outcome) { ++deliveries[static_cast<size_t>(outcome)]; }
  void Count(const Failures& those) {
    failures += static_cast<int64_t>(those.size());
    failed_steps.Add(those);
  }
};

/// Prometheus's text format, version 0.0.4.
std::string RenderMetrics(const Metrics& metrics, int64_t now_ms);

}  // namespace flowlake
