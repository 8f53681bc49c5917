#include "flowlake/aws/retry.h"

#include <algorithm>
#include <charconv>

#include "flowlake/aws/service_error.h"
#include "flowlake/base/date.h"
#include "flowlake/base/waiting.h"

namespace flowlake {

namespace {

constexpr int kMostDoublings = 20;

constexpr std::string_view kPatienceCodes[] = {"BandwidthLimitExceeded",
                                               "ConditionalRequestConflict",
                                               "IDPCommunicationError",
                                               "LimitExceededException",
                                               "OperationAborted",
                                               "PriorRequestNotComplete",
                                               "ProvisionedThroughputExceededException",
                                               "RequestLimitExceeded",
                                               "RequestThrottled",
                                               "RequestThrottledException",
                                               "RequestTimeout",
                                               "RequestTimeoutException",
                                               "SlowDown",
                                               "ThrottledException",
                                               "Throttling",
                                               "ThrottlingException",
                                               "TooManyRequestsException"};

/// What a Retry-After header asks for, in seconds or as a date; 0 if there is none.
int64_t AskedPause(const HttpResponse& response) {
  const std::string text = response.header("retry-after");
  int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr int64_t kMostSeconds = 86'400;
  if (error == std::errc() && end == text.data() + text.size()) {
    return std::clamp<int64_t>(seconds, 0, kMostSeconds) * 1000;
  }
  const int64_t date = ParseHttpTime(text);
  return date == 0 ? 0 : std::max<int64_t>(0, date - NowMicros() / 1000);
}

bool IsUnreachable(const Status& status) {
  return CauseOfFailure(status) == FailureCause::kUnreachable;
}

bool IsFinal(const Result<HttpResponse>& outcome, const RetryPolicy& policy) {
  if (outcome.ok()) return !AsksForPatience(*outcome);
  const FailureCause cause = CauseOfFailure(outcome.status());
  if (cause == FailureCause::kUnreachable) return false;
  return cause != FailureCause::kLostAnswer || !policy.repeats_lost_answers;
}

}  // namespace

bool AsksForPatience(const HttpResponse& response) {
  switch (response.status) {
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      break;
  }
  if (response.status < 400) return false;
  return std::ranges::find(kPatienceCodes, ServiceErrorOf(response).code) !=
         std::end(kPatienceCodes);
}

Patience::Patience(const RetryPolicy& policy)
    : policy_(policy), last_start_(SteadyMs() + policy.time_limit) {}

bool Patience::Pause(int64_t asked) {
  if (++tries_ >= policy_.max_tries) return false;
  const int64_t pause = Draw(asked);
  if (SteadyMs() + pause > last_start_) return false;
  WaitMs(pause);
  return true;
}

int64_t Patience::Draw(int64_t asked) const {
  const int doublings = std::min(tries_ - 1, kMostDoublings);
  const int64_t most = std::min(policy_.first_pause << doublings, policy_.longest_pause);
  return std::max(RandomUpTo(most), std::min(asked, policy_.longest_pause));
}

Result<HttpResponse> SendWithRetries(const RetryPolicy& policy,
                                     const std::function<Result<HttpResponse>()>& send) {
  Patience patience(policy);
  for (int unreached = 0;;) {
    auto outcome = send();
    if (IsFinal(outcome, policy)) return outcome;
    unreached = outcome.ok() || !IsUnreachable(outcome.status()) ? 0 : unreached + 1;
    if (unreached >= policy.max_unreached) return outcome;
    if (!patience.Pause(outcome.ok() ? AskedPause(*outcome) : 0)) return outcome;
  }
}

}  // namespace flowlake
