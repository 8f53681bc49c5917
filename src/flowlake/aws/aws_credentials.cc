#include "flowlake/aws/aws_credentials.h"

#include <map>
#include <mutex>
#include <utility>

namespace flowlake {

namespace {

/// The caches of this process. It keeps none alive.
class Caches {
 public:
  std::shared_ptr<CredentialCache> Find(const CredentialOptions& options,
                                        std::shared_ptr<HttpClient> http) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<CredentialCache>& known = caches_[options];
    auto cache = known.lock();
    if (cache != nullptr) return cache;
    cache = std::make_shared<CredentialCache>(
        [options, http = std::move(http)] { return FindCredentials(options, *http); });
    known = cache;
    return cache;
  }

 private:
  std::mutex mutex_;
  std::map<CredentialOptions, std::weak_ptr<CredentialCache>> caches_;  // guarded by it
};

std::shared_ptr<CredentialCache> FindCache(const CredentialOptions& options,
                                           std::shared_ptr<HttpClient> http) {
  static Caches caches;
  return caches.Find(options, std::move(http));
}

}  // namespace

AwsCredentialChain::AwsCredentialChain(const CredentialOptions& options,
                                       std::shared_ptr<HttpClient> http)
    : cache_(FindCache(options, std::move(http))) {}

}  // namespace flowlake
