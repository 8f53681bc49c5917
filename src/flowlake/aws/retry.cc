#include "flowlake/aws/retry.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <random>
#include <thread>

#include "flowlake/aws/service_error.h"
#include "flowlake/base/date.h"

namespace flowlake {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr int kMostDoublings = 20;

constexpr std::string_view kPatienceCodes[] = {"BandwidthLimitExceeded",
                                               "IDPCommunicationError",
                                               "LimitExceededException",
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

int64_t RandomUpTo(int64_t most) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_int_distribution<int64_t>(0, std::max<int64_t>(most, 0))(random);
}

int64_t PauseAfter(int tries, int64_t asked, const RetryPolicy& policy) {
  const int doublings = std::min(tries - 1, kMostDoublings);
  const int64_t most = std::min(policy.first_pause << doublings, policy.longest_pause);
  return std::max(RandomUpTo(most), std::min(asked, policy.longest_pause));
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

Result<HttpResponse> SendWithRetries(const RetryPolicy& policy,
                                     const std::function<Result<HttpResponse>()>& send) {
  const auto last_start = Clock::now() + Milliseconds(policy.time_limit);
  for (int tries = 1;; ++tries) {
    auto outcome = send();
    if (tries >= policy.max_tries || IsFinal(outcome, policy)) return outcome;
    const int64_t asked = outcome.ok() ? AskedPause(*outcome) : 0;
    const auto next = Clock::now() + Milliseconds(PauseAfter(tries, asked, policy));
    if (next > last_start) return outcome;
    std::this_thread::sleep_until(next);
  }
}

}  // namespace flowlake
