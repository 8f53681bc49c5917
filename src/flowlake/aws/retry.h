/// The one way in which a request is tried again: up to a number of times, within a time,
/// after pauses that grow and are random, so that many clients that failed together do
/// not come back together ("Exponential Backoff And Jitter", AWS Architecture Blog).
#pragma once

#include <cstdint>
#include <functional>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// What the caller allows. Times are milliseconds. By default: what is safe to repeat is
/// repeated for a minute, since a store that says "slow down" means minutes, not moments.
struct RetryPolicy {
  int max_tries = 100;
  /// Tries in a row that reach nobody: that an address is wrong should be said soon.
  int max_unreached = 6;
  /// Before the second try: at most this, chosen evenly from 0; then twice as much, …
  int64_t first_pause = 100;
  int64_t longest_pause = 10'000;
  /// No try begins later than this after the first one.
  int64_t time_limit = 60'000;
  /// Whether a request is sent again whose answer got lost: the service may have done
  /// what it was asked for. Without it only a service that says that it is too busy, and
  /// one that could not be reached, is asked again.
  bool repeats_lost_answers = true;
};

/// For what must not happen twice, such as the conditional PUT of a log entry.
constexpr RetryPolicy kTryOnce = {.max_tries = 1};
/// For those who give out credentials: what they are for waits meanwhile.
constexpr RetryPolicy kSignIn = {
    .max_tries = 5, .first_pause = 200, .longest_pause = 5'000, .time_limit = 20'000};
constexpr int64_t kSignInTimeoutMs = 15'000;   ///< of one try
constexpr int64_t kSignInMaxAnswer = 1 << 20;  ///< bytes

/// The pauses between the tries of one thing. Not thread-safe.
class Patience {
 public:
  explicit Patience(const RetryPolicy& policy);

  /// After a try: pauses, at least `asked` if that is no longer than the longest pause.
  /// False, without a pause, if no other try may begin.
  bool Pause(int64_t asked = 0);

 private:
  int64_t Draw(int64_t asked) const;

  const RetryPolicy policy_;
  const int64_t last_start_;  // of a try, by SteadyMs()
  int tries_ = 0;
};

/// Whether the service asks for patience: 429, 500, 502, 503, 504, or another status with
/// one of the error codes by which AWS's services say so ("AWS SDKs and Tools Reference
/// Guide", "Retry behavior").
bool AsksForPatience(const HttpResponse& response);

/// Calls `send` until its outcome is final by `policy`, and returns the last outcome,
/// whatever it is. Of errors only those of the transport (CauseOfFailure) are repeated,
/// so what `send` finds wrong by itself comes back at once. A Retry-After header makes
/// a pause longer, up to `longest_pause`.
Result<HttpResponse> SendWithRetries(const RetryPolicy& policy,
                                     const std::function<Result<HttpResponse>()>& send);

}  // namespace flowlake
