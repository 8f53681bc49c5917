#include "flowlake/server/endpoint.h"

#include <chrono>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/base/ip_address.h"
#include "flowlake/base/log.h"
#include "flowlake/source/firehose_delivery.h"
#include "flowlake/source/firehose_request.h"
#include "flowlake/source/gunzip.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kNotFound = 404;
constexpr int kNotAllowed = 405;
constexpr int kUnavailable = 503;

constexpr char kDeliveries[] = "/firehose";
/// Bodies that are longer when unzipped are worked on one at a time.
constexpr size_t kSmallBody = 8 << 20;

constexpr int64_t kUnreadyMs = 10'000;

std::string_view RequestId(const HttpHead& head) {
  return head.header("x-amz-firehose-request-id");
}

/// What Firehose understands, and people who look in from elsewhere too.
HttpReply Say(const HttpHead& head, int status, std::string_view why) {
  HttpReply reply{status, FirehoseAnswer(RequestId(head), NowMicros() / 1000, why)};
  if (status == kUnavailable) reply.headers["Retry-After"] = "1";
  return reply;
}

HttpReply Plain(int status, const Json& json) { return {status, WriteJson(json) + '\n'}; }

/// Whether a Host header names loopback, as it is when nobody else's name leads here. A
/// page in this machine's browser reaches loopback too, by a name of its own that
/// resolves to it (DNS rebinding), and then asks with that name.
bool NamesLoopback(std::string_view host) {
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  const auto address = ParseIpAddress(host);
  const bool is_loopback = address && address->is_v4() && address->bytes[12] == 127;
  return host.empty() || host == "localhost" || is_loopback;
}

}  // namespace

bool Endpoint::IsAllowed(const AccessKeys& keys, std::string_view key,
                         const HttpHead& head) const {
  if (keys.has_any()) return keys.Contains(key);
  return options_.is_loopback && NamesLoopback(head.header("host"));
}

bool Endpoint::is_full() const { return flusher_->pending_bytes() >= options_.wal_limit; }

std::optional<HttpReply> Endpoint::Admit(const HttpHead& head) {
  if (head.path == kDeliveries) return AdmitDelivery(head);
  if (head.method != "GET" && head.method != "HEAD") {
    return Say(head, kNotFound, "Firehose's endpoint is /firehose");
  }
  if (head.path == "/healthz") return Plain(kOk, {{"status", "ok"}});
  if (head.path == "/readyz") return Ready();
  if (head.path == "/metrics") return ShowMetrics(head);
  return Say(head, kNotFound, "there are /firehose, /healthz, /readyz and /metrics");
}

std::optional<HttpReply> Endpoint::AdmitDelivery(const HttpHead& head) {
  if (log_ == nullptr) {
    return Say(head, kNotFound, "no deliveries are taken: there is no --wal");
  }
  if (head.method != "POST") {
    HttpReply reply = Say(head, kNotAllowed, "deliveries are POST requests");
    reply.headers["Allow"] = "POST";
    return reply;
  }
  if (!IsAllowed(keys_, head.header("x-amz-firehose-access-key"), head)) {
    metrics_.Count(DeliveryOutcome::kUnauthorized);
    return Say(head, kUnauthorized,
               keys_.has_any() ? "the access key is wrong"
                               : "without --access-key-file only requests whose Host is "
                                 "loopback are taken");
  }
  if (RequestId(head).empty()) {
    metrics_.Count(DeliveryOutcome::kMalformed);
    return Say(head, kBadRequest, "there is no header X-Amz-Firehose-Request-Id");
  }
  if (is_full()) {
    return Refuse(head, kUnavailable, "the write-ahead log is full; come again");
  }
  return std::nullopt;
}

HttpReply Endpoint::Refuse(const HttpHead& head, int status, std::string_view why) {
  metrics_.Count(status == kUnavailable ? DeliveryOutcome::kUnavailable
                                        : DeliveryOutcome::kMalformed);
  return Say(head, status, why);
}

HttpReply Endpoint::Answer(const HttpHead& head, std::string body) {
  const auto started = std::chrono::steady_clock::now();
  HttpReply reply = Take(head, std::move(body));
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - started;
  if (reply.status == kOk) metrics_.acknowledge_seconds.Observe(seconds.count());
  return reply;
}

HttpReply Endpoint::Take(const HttpHead& head, std::string body) {
  metrics_.received_bytes += static_cast<int64_t>(body.size());
  auto delivery = Decode(head, std::move(body));
  if (!delivery.ok()) {
    Log(LogLevel::kWarning, "a delivery was refused: " + delivery.status().message(),
        {{"requestId", RequestId(head)}});
    return Refuse(head, kBadRequest, delivery.status().message());
  }
  for (const RecordGroup& group : delivery->groups) {
    metrics_.delivered_bytes += static_cast<int64_t>(group.bytes.size());
  }
  if (delivery->groups.empty()) {  // no records: there is nothing to lose
    metrics_.Count(DeliveryOutcome::kAccepted);
    return Say(head, kOk, "");
  }
  const auto appended = log_->Append(*delivery, NowMicros() / 1000);
  if (!appended.ok()) {
    failed_ms_ = NowMicros() / 1000;
    Log(LogLevel::kError, appended.status().message(), {{"requestId", RequestId(head)}});
    return Refuse(head, kUnavailable, "the write-ahead log failed; come again");
  }
  if (appended->is_new) flusher_->Add(appended->delivery);
  metrics_.Count(appended->is_new ? DeliveryOutcome::kAccepted
                                  : DeliveryOutcome::kDuplicate);
  return Say(head, kOk, "");
}

/// A body of a few kilobytes may unzip to 64 MiB, and each worker has one.
Result<FirehoseDelivery> Endpoint::Decode(const HttpHead& head, std::string body) {
  const FirehoseHeaders headers{
      std::string(RequestId(head)), std::string(head.header("x-amz-firehose-source-arn")),
      std::string(head.header("x-amz-firehose-common-attributes"))};
  if (IsGzip(body)) {
    auto unzipped = Unzip(body, kSmallBody);
    if (unzipped.ok()) body = *std::move(unzipped);
  }
  std::unique_lock turn(large_turn_, std::defer_lock);
  if (IsGzip(body) || body.size() > kSmallBody) turn.lock();
  return ReadFirehoseDelivery(headers, std::move(body));
}

HttpReply Endpoint::Ready() const {
  std::string why;
  if (is_stopping_) why = "it is stopping";
  // For a while only: who is sent nothing would never learn that it works again.
  if (NowMicros() / 1000 < failed_ms_ + kUnreadyMs) why = "the write-ahead log failed";
  const int64_t stuck_since_ms = metrics_.stuck_since_ms;
  if (stuck_since_ms > 0 && NowMicros() / 1000 >= stuck_since_ms + options_.stuck_ms) {
    why = "what was delivered has failed to come into the lake for minutes";
  }
  if (log_ != nullptr && is_full()) why = "the write-ahead log is full";
  if (why.empty()) return Plain(kOk, {{"status", "ready"}});
  return Plain(kUnavailable, {{"status", "not ready"}, {"why", why}});
}

HttpReply Endpoint::ShowMetrics(const HttpHead& head) const {
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view key = head.header("authorization");
  if (key.starts_with(kBearer)) key.remove_prefix(kBearer.size());
  if (!IsAllowed(metrics_keys_, key, head)) {
    return Say(head, kUnauthorized, "metrics need a key: --metrics-key-file");
  }
  return {kOk, RenderMetrics(metrics_, NowMicros() / 1000),
          "text/plain; version=0.0.4; charset=utf-8"};
}

}  // namespace flowlake
