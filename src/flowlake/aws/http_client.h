/// HTTP requests, signed for AWS where asked. Its source is the one file that touches
/// libcurl.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

struct AwsCredentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty for long-lived keys
  int64_t expires_ms = 0;     ///< milliseconds since the epoch; 0: never
};

/// What Signature Version 4 needs to know.
struct AwsSigning {
  AwsCredentials credentials;
  std::string region;
  std::string service;
};

struct HttpRequest {
  std::string method = "GET";
  /// Percent-encoded; parameters sorted, because libcurl signs them as they are.
  std::string url;
  std::vector<std::string> headers;  ///< "name: value"
  std::string_view body;
  const AwsSigning* signing = nullptr;  ///< not signed without
  int64_t connect_timeout_ms = 10'000;
  /// A server that sends nothing for so long is given up; 0: never.
  int64_t stall_seconds = 30;
  /// The whole request is given up after so long; 0: never.
  int64_t total_timeout_ms = 0;
  /// Past any proxy that the environment names.
  bool is_direct = false;
  /// A response with a longer body is an error.
  int64_t max_body = int64_t{1} << 30;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  /// Empty if there is no such header.
  std::string header(const std::string& name) const;
};

/// Keeps connections for the next request. Thread-safe; a request holds the calling
/// thread until it is answered.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();

  /// Any answer is a response, whatever its status; an IOError that names cause, but
  /// neither object nor secrets, where there is none. Follows no redirects, so that a
  /// server cannot send signatures and tokens on to another. Certificates are always
  /// checked. Invalid if a header has a line break in it: it would be two headers.
  Result<HttpResponse> Send(const HttpRequest& request);

 private:
  class Handles;
  const std::unique_ptr<Handles> handles_;
};

/// Why HttpClient::Send() has no answer, or why the answer was none.
enum class FailureCause {
  kUnreachable,  ///< no connection: the request was certainly not sent
  kLostAnswer,   ///< a connection that broke or timed out: it may have been sent
  kBusy,         ///< the service asked for patience (aws/retry.h)
  kOther,        ///< what another try would not change: a certificate, a wrong URL
};

/// Also of a status that WithMessage() made from such a one; kOther of any other.
FailureCause CauseOfFailure(const Status& status);
/// The same status, of which CauseOfFailure() says this.
Status WithCause(const Status& status, FailureCause cause);
/// Whether the same may succeed a little later.
inline bool IsPassing(const Status& status) {
  return CauseOfFailure(status) != FailureCause::kOther;
}

/// Milliseconds since the epoch of "Thu, 24 Sep 2026 13:05:09 GMT"; 0 if it is none.
int64_t ParseHttpTime(const std::string& text);

/// Bytes other than letters, digits and "-._~" (and '/' if `keep_slashes`) as %XX.
std::string PercentEncode(std::string_view text, bool keep_slashes = false);

}  // namespace flowlake
