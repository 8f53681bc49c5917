#include "flowlake/aws/container_credentials.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string_view>

#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/retry.h"
#include "flowlake/aws/service_error.h"
#include "flowlake/aws/token_file.h"

namespace flowlake {

namespace {

constexpr char kEcsHost[] = "http://169.254.170.2";
constexpr std::string_view kKnownHosts[] = {"169.254.170.2", "169.254.170.23",
                                            "fd00:ec2::23", "localhost"};
constexpr int64_t kMaxAnswer = 1 << 20;
constexpr int64_t kTimeoutMs = 2'000;
constexpr RetryPolicy kPolicy = {
    .max_tries = 4, .first_pause = 200, .longest_pause = 1'000, .time_limit = 8'000};

/// The host of "http://host:1/path" and "http://[::1]:1/path"; "" if it is not clear.
std::string HostOf(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  // With a name before an '@' or a '\' in it, readers of URLs disagree about the host.
  if (authority.find_first_of("@\\% \t\r\n") != authority.npos) return {};
  if (!authority.starts_with('[')) {
    return std::string(authority.substr(0, authority.find(':')));
  }
  const size_t end = authority.find(']');
  return end == authority.npos ? std::string()
                               : std::string(authority.substr(1, end - 1));
}

bool IsLoopback(const std::string& host) {
  in_addr four;
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == 127;
  }
  in6_addr six;
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::string ConfiguredUrl() {
  const std::string relative =
      EnvironmentVariable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!relative.empty()) {
    return kEcsHost + (relative.starts_with('/') ? relative : "/" + relative);
  }
  return EnvironmentVariable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

Result<std::string> AuthorizationToken() {
  const std::string file = EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!file.empty()) return ReadTokenFile(file);
  return EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
}

}  // namespace

Status CheckContainerUrl(const std::string& url) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  if (url.starts_with(kHttps)) return Status::OK();
  const std::string host = url.starts_with(kHttp)
                               ? HostOf(std::string_view(url).substr(kHttp.size()))
                               : std::string();
  if (IsLoopback(host) || std::ranges::find(kKnownHosts, host) != std::end(kKnownHosts)) {
    return Status::OK();
  }
  return Status::Invalid(
      "AWS_CONTAINER_CREDENTIALS_FULL_URI: '", url,
      "' may not be asked; https, or http to loopback, ECS or EKS may");
}

Result<std::optional<AwsCredentials>> AskContainer(HttpClient& http) {
  const auto fail = [](const auto&... cause) {
    return Status::IOError("credentials of the container: ", cause...);
  };
  HttpRequest request;
  request.url = ConfiguredUrl();
  if (request.url.empty()) return std::nullopt;
  ARROW_RETURN_NOT_OK(CheckContainerUrl(request.url));
  ARROW_ASSIGN_OR_RAISE(const std::string token, AuthorizationToken());
  if (!token.empty()) request.headers.push_back("Authorization: " + token);
  request.max_body = kMaxAnswer;
  request.total_timeout_ms = kTimeoutMs;
  request.is_direct = true;
  const auto response = SendWithRetries(kPolicy, [&] { return http.Send(request); });
  if (!response.ok()) return fail(response.status().message());
  if (response->status != 200) return fail(DescribeRefusal(*response));
  auto credentials = ParseCredentialJson(response->body, "Token");
  if (!credentials.ok()) return fail(credentials.status().message());
  return *credentials;
}

}  // namespace flowlake
