#include "flowlake/aws/instance_credentials.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/retry.h"
#include "flowlake/aws/service_error.h"
#include "flowlake/base/date.h"

namespace flowlake {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kMaxAnswer = 1 << 20;
constexpr RetryPolicy kPolicy = {
    .max_tries = 5, .first_pause = 50, .longest_pause = 400, .time_limit = 1'900};
constexpr int64_t kInAllMs = 2'000;
constexpr int64_t kOneTryMs = 1'000;
// How long what has ended is used before IMDS is asked again.
constexpr int64_t kExtensionMs = 10 * 60 * 1000;
constexpr int kNotFound = 404;

bool IsDisabled() {
  std::string value = EnvironmentVariable("AWS_EC2_METADATA_DISABLED");
  std::ranges::transform(value, value.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return value == "true";
}

std::string BaseUrl() {
  std::string url = EnvironmentVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) return url;
  const std::string mode = EnvironmentVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  return mode == "ipv6" || mode == "IPv6" ? "http://[fd00:ec2::254]"
                                          : "http://169.254.169.254";
}

/// "IAM User Guide", "IAM names": these go into a path as they are.
bool IsRoleName(std::string_view name) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-";
  return !name.empty() && name.find_first_not_of(kLetters) == name.npos;
}

template <typename... Cause>
Status Fail(const Cause&... cause) {
  return Status::IOError("credentials of the instance: ", cause...);
}

class InstanceMetadata {
 public:
  explicit InstanceMetadata(HttpClient& http) : http_(http), base_(BaseUrl()) {}

  Result<std::optional<AwsCredentials>> Get() {
    ARROW_ASSIGN_OR_RAISE(
        const auto token,
        Ask("PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 21600"));
    if (!token) return std::nullopt;
    const std::string header = "X-aws-ec2-metadata-token: " + *token;
    const std::string roles = "/latest/meta-data/iam/security-credentials/";
    ARROW_ASSIGN_OR_RAISE(const auto role, Ask("GET", roles, header));
    if (!role || role->empty()) return std::nullopt;
    const std::string name = role->substr(0, role->find_first_of("\r\n"));
    if (!IsRoleName(name)) return Fail("the name of its role is none");
    ARROW_ASSIGN_OR_RAISE(const auto text, Ask("GET", roles + name, header));
    if (!text) return Fail("its role '", name, "' is not there");
    auto credentials = ParseCredentialJson(*text, "Token");
    if (!credentials.ok()) return Fail(Explain(*text, credentials.status()));
    const int64_t now = NowMicros() / 1000;
    if (credentials->expires_ms <= now) credentials->expires_ms = now + kExtensionMs;
    return *credentials;
  }

 private:
  /// nullopt if there is no such thing, or nobody who answers.
  Result<std::optional<std::string>> Ask(const char* method, const std::string& path,
                                         const std::string& header) {
    HttpRequest request;
    request.method = method;
    request.url = base_ + path;
    request.headers = {header};
    request.max_body = kMaxAnswer;
    request.is_direct = true;
    const auto end = Clock::now() + std::chrono::milliseconds(kInAllMs);
    auto response = SendWithRetries(kPolicy, [&] {
      const int64_t left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now())
              .count();
      request.total_timeout_ms = std::clamp<int64_t>(left, 1, kOneTryMs);
      return http_.Send(request);
    });
    if (!response.ok()) return Unanswered(response.status());
    has_answered_ = true;
    if (response->status == 200) return std::move(response->body);
    if (response->status == kNotFound || *method == 'P') return std::nullopt;
    return Fail(DescribeRefusal(*response));
  }

  Result<std::optional<std::string>> Unanswered(const Status& status) const {
    if (!has_answered_) return std::nullopt;
    return Fail(status.message());
  }

  /// An answer of status 200 may be a refusal: {"Code": "AssumeRoleUnauthorizedAccess"}.
  static std::string Explain(const std::string& text, const Status& status) {
    HttpResponse refusal;
    refusal.status = 200;
    refusal.body = text;
    const ServiceError error = ServiceErrorOf(refusal);
    if (error.code.empty() || error.code == "Success") return status.message();
    return DescribeRefusal(refusal);
  }

  HttpClient& http_;
  const std::string base_;
  bool has_answered_ = false;
};

}  // namespace

Result<std::optional<AwsCredentials>> AskInstance(HttpClient& http) {
  if (IsDisabled()) return std::nullopt;
  return InstanceMetadata(http).Get();
}

}  // namespace flowlake
