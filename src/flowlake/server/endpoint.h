/// What the daemon answers:
///   POST /firehose   a delivery of Firehose, with 200 once it is durable
///   GET /healthz     200 while the process lives
///   GET /readyz      200 if it would take a delivery, else 503 and why not
///   GET /metrics     Prometheus
/// Source: AWS, "Understand HTTP endpoint delivery request and response specifications".
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "flowlake/server/access_keys.h"
#include "flowlake/server/flusher.h"
#include "flowlake/server/http_server.h"
#include "flowlake/server/metrics.h"
#include "flowlake/server/write_ahead_log.h"

namespace flowlake {

struct EndpointOptions {
  /// Nobody can come here but from this machine: where no keys are set, none is needed by
  /// whoever asks for loopback by name.
  bool is_loopback = true;
  /// A longer log takes no more deliveries: they must come again.
  int64_t wal_limit = 10'000'000'000;
  /// After so long a time in which something delivered fails to come into the lake,
  /// /readyz says 503.
  int64_t stuck_ms = 5 * 60'000;
};

class Endpoint : public HttpHandler {
 public:
  /// `log` and `flusher` are nullptr where no deliveries are taken. All outlive it.
  Endpoint(const EndpointOptions& options, const AccessKeys& keys,
           const AccessKeys& metrics_keys, WriteAheadLog* log, Flusher* flusher,
           Metrics& metrics)
      : options_(options),
        keys_(keys),
        metrics_keys_(metrics_keys),
        log_(log),
        flusher_(flusher),
        metrics_(metrics) {}

  std::optional<HttpReply> Admit(const HttpHead& head) override;
  HttpReply Answer(const HttpHead& head, std::string body) override;
  HttpReply Refuse(const HttpHead& head, int status, std::string_view why) override;

  /// From here on /readyz says 503, so that a load balancer looks elsewhere.
  void SetStopping() { is_stopping_ = true; }

 private:
  std::optional<HttpReply> AdmitDelivery(const HttpHead& head);
  HttpReply Take(const HttpHead& head, std::string body);
  Result<FirehoseDelivery> Decode(const HttpHead& head, std::string body);
  HttpReply Ready() const;
  HttpReply ShowMetrics(const HttpHead& head) const;
  bool is_full() const;
  bool IsAllowed(const AccessKeys& keys, std::string_view key,
                 const HttpHead& head) const;

  const EndpointOptions options_;
  const AccessKeys& keys_;
  const AccessKeys& metrics_keys_;
  WriteAheadLog* const log_;
  Flusher* const flusher_;
  Metrics& metrics_;
  std::mutex large_turn_;  ///< one delivery that takes much memory at a time
  std::atomic<bool> is_stopping_{false};
  std::atomic<int64_t> failed_ms_{0};  ///< when an append last failed
};

}  // namespace flowlake
