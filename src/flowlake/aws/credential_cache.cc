#include "flowlake/aws/credential_cache.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

constexpr int64_t kRefreshBeforeMs = 5 * 60 * 1000;
constexpr int64_t kPauseAfterFailureMs = 60 * 1000;
// A request that is signed now arrives a moment later.
constexpr int64_t kMarginMs = 5 * 1000;

int64_t WallClockMs() { return NowMicros() / 1000; }

}  // namespace

CredentialCache::CredentialCache(Source source)
    : CredentialCache(std::move(source), &WallClockMs) {}

CredentialCache::CredentialCache(Source source, ClockMs now)
    : source_(std::move(source)), now_(std::move(now)) {}

Result<AwsCredentials> CredentialCache::Get() {
  std::unique_lock lock(mutex_);
  if (IsUsable() && (!IsDue() || is_refreshing_)) return current_;
  return is_refreshing_ ? WaitForOther(lock) : Refresh(lock);
}

bool CredentialCache::IsUsable() const {
  if (current_.access_key.empty()) return false;
  return current_.expires_ms == 0 || current_.expires_ms > now_() + kMarginMs;
}

bool CredentialCache::IsDue() const { return due_ms_ != 0 && due_ms_ <= now_(); }

Result<AwsCredentials> CredentialCache::Refresh(std::unique_lock<std::mutex>& lock) {
  is_refreshing_ = true;
  lock.unlock();
  auto answer = source_();
  lock.lock();
  is_refreshing_ = false;
  ++refreshes_;
  last_outcome_ = Take(std::move(answer));
  refreshed_.notify_all();
  if (IsUsable()) return current_;
  return last_outcome_;
}

/// Shares the other's failure, too: a thousand threads do not ask one after another.
Result<AwsCredentials> CredentialCache::WaitForOther(std::unique_lock<std::mutex>& lock) {
  const int64_t before = refreshes_;
  refreshed_.wait(lock, [&] { return refreshes_ != before; });
  if (IsUsable()) return current_;
  if (!last_outcome_.ok()) return last_outcome_;
  return Status::IOError("the AWS credentials have ended");
}

Status CredentialCache::Take(Result<AwsCredentials> answer) {
  const int64_t now = now_();
  if (answer.ok() && answer->expires_ms != 0 && answer->expires_ms <= now + kMarginMs) {
    answer = Status::IOError("the AWS credentials that were given have ended already");
  }
  if (!answer.ok()) {
    due_ms_ = now + kPauseAfterFailureMs;
    return answer.status();
  }
  current_ = *std::move(answer);
  if (current_.expires_ms == 0) {
    due_ms_ = 0;
    return Status::OK();
  }
  const int64_t left = current_.expires_ms - now;
  due_ms_ = current_.expires_ms - std::min(kRefreshBeforeMs, left / 2);
  return Status::OK();
}

}  // namespace flowlake
