/// Credentials that end, and are asked for again before they do.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// Thread-safe. Of many callers one asks; while it does, the others go on with what they
/// have as long as it lasts, and wait only where there is nothing.
class CredentialCache {
 public:
  using Source = std::function<Result<AwsCredentials>()>;
  using ClockMs = std::function<int64_t()>;  ///< milliseconds since the epoch

  explicit CredentialCache(Source source);
  CredentialCache(Source source, ClockMs now);

  /// Credentials that last some seconds more. From five minutes before their end they are
  /// asked for anew (from half of their time if they last less than ten); if that fails,
  /// the old ones are given out while they last, and the next try is a minute later. An
  /// error is the source's, or an IOError if it gives what has ended already.
  Result<AwsCredentials> Get();

 private:
  bool IsUsable() const;
  bool IsDue() const;
  Result<AwsCredentials> Refresh(std::unique_lock<std::mutex>& lock);
  Result<AwsCredentials> WaitForOther(std::unique_lock<std::mutex>& lock);
  Status Take(Result<AwsCredentials> answer);

  const Source source_;
  const ClockMs now_;
  std::mutex mutex_;
  std::condition_variable refreshed_;
  // guarded by mutex_:
  AwsCredentials current_;
  int64_t due_ms_ = 0;  // when current_ is asked for anew; 0: never
  bool is_refreshing_ = false;
  int64_t refreshes_ = 0;
  Status last_outcome_;
};

}  // namespace flowlake
