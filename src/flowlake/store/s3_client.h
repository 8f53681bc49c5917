/// Requests to one bucket: signed, with the location's headers, repeated where that is
/// safe, and with errors that say what would be right.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flowlake/aws/aws_credentials.h"
#include "flowlake/aws/http_client.h"
#include "flowlake/aws/retry.h"
#include "flowlake/base/status.h"
#include "flowlake/store/s3_location.h"

namespace flowlake {

struct S3Request {
  /// For messages, and for whoever grants permissions: {"read", "s3:GetObject"}.
  struct Operation {
    const char* verb;
    const char* permission;
  };

  Operation operation;
  std::string method = "GET";
  std::string key;  ///< with the location's prefix; empty: the bucket
  std::vector<std::pair<std::string, std::string>> query;  ///< sorted by name
  std::vector<std::string> headers;
  std::string_view body;
  /// kTryOnce where a second try could do something else than the first: then any answer
  /// that was lost is an error at once.
  RetryPolicy retries = {};
  bool is_new_object = false;  ///< takes the location's encryption
  /// The store begins to answer before it is done, so an error may have status 200.
  bool may_fail_late = false;
  /// Statuses that are answers, not errors, beside 2xx.
  std::vector<int> expected;
};

/// Thread-safe.
class S3Client {
 public:
  explicit S3Client(S3Location location);

  const S3Location& location() const { return location_; }

  /// A response of status 2xx or one that was expected. An IOError names the operation,
  /// the object and what the store said; of a 403 also the permission that is missing.
  /// IsPassing() of it says whether the store was only busy.
  Result<HttpResponse> Send(const S3Request& request);

 private:
  Result<HttpResponse> SendOnce(const S3Request& request);
  std::vector<std::string> HeadersOf(const S3Request& request) const;
  std::string UrlOfRequest(const S3Request& request) const;
  Status Explain(const S3Request& request, const HttpResponse& response) const;
  std::string NameOf(const S3Request& request) const;

  const S3Location location_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

}  // namespace flowlake
