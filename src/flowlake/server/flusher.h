/// From the write-ahead log into the lake: by size and by age, as Firehose itself
/// buffers. A table that fails holds up the deliveries that it has rows of, and no
/// others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "flowlake/server/lake_writer.h"
#include "flowlake/server/metrics.h"
#include "flowlake/server/set_aside.h"
#include "flowlake/server/write_ahead_log.h"

namespace flowlake {

struct FlushOptions {
  int64_t bytes = 128'000'000;         ///< so much of it is flushed at once
  int64_t max_delay_ms = 15 * 60'000;  ///< so old
  int64_t step_bytes = 128'000'000;    ///< no more than this is in memory
  /// Of deliveries that a failing table holds up, so many bytes by table do not count as
  /// part of the log.
  int64_t aside_bytes = 5'000'000'000;
};

/// Has a thread of its own from Start() to Stop(). Thread-safe.
class Flusher {
 public:
  Flusher(WriteAheadLog& log, LakeWriter& writer, const FlushOptions& options,
          Metrics& metrics)
      : log_(log),
        writer_(writer),
        options_(options),
        metrics_(metrics),
        aside_(options.aside_bytes) {}
  ~Flusher() { Stop(/*flush=*/false); }
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  /// What is in the log already is flushed too: it is an earlier process's.
  Status Start();

  /// Something that was appended.
  void Add(const LoggedDelivery& delivery);

  /// What counts towards the log's limit.
  int64_t pending_bytes() const { return counted_bytes_; }

  /// With `flush`, what is in the log goes into the lake first, if that works at once;
  /// it stays in the log if not.
  void Stop(bool flush);

 private:
  using Pending = std::map<std::string, LoggedDelivery>;  // by path

  void Run();
  void AdoptLost();

  // With the mutex:
  void Insert(const LoggedDelivery& delivery);
  void Erase(const std::string& path);
  bool IsDue() const;
  void Publish();
  std::vector<LoggedDelivery> NextStep() const;

  void Settle(const LoggedDelivery& delivery, const std::string& failed_table);
  /// One step of what was set aside, if it is time.
  void TryAside();

  /// False: something of it must be tried again. What a failing table holds up is set
  /// aside, and does not count.
  bool FlushStep(const std::vector<LoggedDelivery>& step);
  bool ReadStep(const std::vector<LoggedDelivery>& step,
                std::vector<std::vector<Input>>& inputs);

  WriteAheadLog& log_;
  LakeWriter& writer_;
  const FlushOptions options_;
  Metrics& metrics_;
  std::thread thread_;
  std::atomic<int64_t> counted_bytes_{0};

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Pending pending_;
  std::multiset<int64_t> arrivals_;  ///< of pending_
  int64_t bytes_ = 0;                ///< of pending_
  SetAside aside_;
  int64_t failing_since_ms_ = 0;  ///< nothing comes into the lake; 0: it does
  std::set<std::string> damaged_;
  bool is_stopping_ = false;
  bool flushes_at_end_ = false;
};

}  // namespace flowlake
