#include "flowlake/aws/aws_credentials.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <pugixml.hpp>
#include <utility>

#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/credential_process.h"
#include "flowlake/aws/identity_center.h"
#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

constexpr int64_t kRefreshBeforeMs = 5 * 60 * 1000;
// Nobody answers at the metadata address outside of AWS.
constexpr int64_t kMetadataTimeoutMs = 1000;
constexpr int64_t kMaxAnswer = 1 << 20;
constexpr int kMaxSourceProfiles = 5;
constexpr char kInstanceMetadata[] = "http://169.254.169.254";
constexpr char kContainerHost[] = "http://169.254.170.2";

using Found = std::optional<AwsCredentials>;

int64_t NowMs() { return NowMicros() / 1000; }

bool IsFresh(const AwsCredentials& credentials) {
  if (credentials.access_key.empty()) return false;
  return credentials.expires_ms == 0 ||
         credentials.expires_ms > NowMs() + kRefreshBeforeMs;
}

Result<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return Status::IOError("read the token in ", path, ": cannot be read");
  }
  token.erase(token.find_last_not_of(" \r\n") + 1);
  return token;
}

int64_t ParseExpiry(const std::string& text) {
  const auto micros = ParseIsoTime(text);
  return micros ? *micros / 1000 : 0;
}

/// What containers and instances answer.
Result<Found> ParseAnswer(const std::string& text, const std::string& where) {
  const auto credentials = ParseCredentialJson(text, "Token");
  if (credentials.ok()) return *credentials;
  return Status::IOError("credentials of ", where, ": ", credentials.status().message());
}

/// One pass through the chain.
class Search {
 public:
  Search(const CredentialOptions& options, HttpClient& http)
      : options_(options),
        http_(http),
        profile_(options.profile.empty() ? DefaultAwsProfile() : options.profile) {}

  Result<AwsCredentials> Run() {
    ARROW_ASSIGN_OR_RAISE(const Found found, Find());
    if (!found) {
      return Status::IOError(
          "no AWS credentials: not in the environment, not in profile '", profile_,
          "' of ~/.aws, not of a container or an instance");
    }
    if (options_.role_arn.empty()) return *found;
    return AssumeRole(*found, options_.role_arn, options_.external_id);
  }

 private:
  Result<Found> Find() {
    // A profile that is asked for by name comes before what happens to be around.
    if (!options_.profile.empty()) return OfProfile(options_.profile, kMaxSourceProfiles);
    if (auto found = OfEnvironment()) return found;
    ARROW_ASSIGN_OR_RAISE(auto found, OfWebIdentity());
    if (found) return found;
    ARROW_ASSIGN_OR_RAISE(found, OfProfile(profile_, kMaxSourceProfiles));
    if (found) return found;
    ARROW_ASSIGN_OR_RAISE(found, OfContainer());
    if (found) return found;
    return OfInstance();
  }

  static Found OfEnvironment() {
    AwsCredentials credentials{EnvironmentVariable("AWS_ACCESS_KEY_ID"),
                               EnvironmentVariable("AWS_SECRET_ACCESS_KEY"),
                               EnvironmentVariable("AWS_SESSION_TOKEN"), 0};
    if (credentials.access_key.empty()) return std::nullopt;
    return credentials;
  }

  Result<Found> OfWebIdentity() {
    const std::string file = EnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE");
    const std::string role = EnvironmentVariable("AWS_ROLE_ARN");
    if (file.empty() || role.empty()) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(const std::string token, ReadToken(file));
    const std::string body =
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" +
        PercentEncode(role) + "&RoleSessionName=" + SessionName() +
        "&WebIdentityToken=" + PercentEncode(token);
    return AskSts(body, nullptr, role);
  }

  Result<Found> OfProfile(const std::string& name, int depth) {
    ARROW_ASSIGN_OR_RAISE(AwsProfile profile, ReadAwsProfile(name));
    const std::string role = profile["role_arn"];
    const std::string source = profile["source_profile"];
    if (!role.empty() && !source.empty() && source != name) {
      if (depth == 0)
        return Status::IOError("profile '", name, "': its sources have no end");
      ARROW_ASSIGN_OR_RAISE(const Found base, OfProfile(source, depth - 1));
      if (!base) {
        return Status::IOError("profile '", name, "': its source_profile '", source,
                               "' has no credentials");
      }
      return AssumeRole(*base, role, profile["external_id"]);
    }
    ARROW_ASSIGN_OR_RAISE(const Found signed_in, AskIdentityCenter(name, profile, http_));
    if (signed_in) return signed_in;
    if (!profile["aws_access_key_id"].empty()) {
      return AwsCredentials{profile["aws_access_key_id"],
                            profile["aws_secret_access_key"],
                            profile["aws_session_token"], 0};
    }
    const std::string process = profile["credential_process"];
    if (process.empty()) return std::nullopt;
    return RunCredentialProcess(name, process);
  }

  Result<Found> OfContainer() {
    std::string url = EnvironmentVariable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const std::string relative =
        EnvironmentVariable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if (!relative.empty()) url = kContainerHost + relative;
    if (url.empty()) return std::nullopt;
    std::string token = EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    const std::string file =
        EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (!file.empty()) {
      ARROW_ASSIGN_OR_RAISE(token, ReadToken(file));
    }
    HttpRequest request;
    request.url = url;
    request.max_body = kMaxAnswer;
    if (!token.empty()) request.headers.push_back("Authorization: " + token);
    ARROW_ASSIGN_OR_RAISE(const std::string text, Ask(request, "the container"));
    return ParseAnswer(text, "the container");
  }

  /// IMDSv2: a token first. No answer means that this is no instance.
  Result<Found> OfInstance() {
    if (EnvironmentVariable("AWS_EC2_METADATA_DISABLED") == "true") return std::nullopt;
    const std::string base =
        std::string(kInstanceMetadata) + "/latest/meta-data/iam/security-credentials/";
    HttpRequest request;
    request.method = "PUT";
    request.url = std::string(kInstanceMetadata) + "/latest/api/token";
    request.headers = {"X-aws-ec2-metadata-token-ttl-seconds: 21600"};
    request.connect_timeout_ms = kMetadataTimeoutMs;
    request.max_body = kMaxAnswer;
    const auto token = Ask(request, "the instance");
    if (!token.ok()) return std::nullopt;
    request.method = "GET";
    request.headers = {"X-aws-ec2-metadata-token: " + *token};
    request.url = base;
    const auto role = Ask(request, "the instance");
    if (!role.ok()) return std::nullopt;  // an instance without a role
    request.url = base + role->substr(0, role->find('\n'));
    ARROW_ASSIGN_OR_RAISE(const std::string text, Ask(request, "the instance"));
    return ParseAnswer(text, "the instance");
  }

  Result<std::string> Ask(const HttpRequest& request, const std::string& whom) {
    auto response = http_.Send(request);
    if (!response.ok()) {
      return response.status().WithMessage("credentials of ", whom, ": ",
                                           response.status().message());
    }
    if (response->status == 200) return std::move(response->body);
    return Status::IOError("credentials of ", whom, ": HTTP status ", response->status);
  }

  Result<AwsCredentials> AssumeRole(const AwsCredentials& base, const std::string& role,
                                    const std::string& external_id) {
    std::string body =
        "Action=AssumeRole&Version=2011-06-15&RoleArn=" + PercentEncode(role) +
        "&RoleSessionName=" + SessionName();
    if (!external_id.empty()) body += "&ExternalId=" + PercentEncode(external_id);
    const AwsSigning signing{base, options_.region, "sts"};
    return AskSts(body, &signing, role);
  }

  static std::string SessionName() {
    const std::string name = EnvironmentVariable("AWS_ROLE_SESSION_NAME");
    return name.empty() ? "flowlake" : PercentEncode(name);
  }

  std::string StsEndpoint() const {
    const std::string configured = EnvironmentVariable("AWS_ENDPOINT_URL_STS");
    return configured.empty() ? "https://sts." + options_.region + ".amazonaws.com"
                              : configured;
  }

  Result<AwsCredentials> AskSts(const std::string& body, const AwsSigning* signing,
                                const std::string& role) {
    HttpRequest request;
    request.method = "POST";
    request.url = StsEndpoint() + "/";
    request.headers = {"Content-Type: application/x-www-form-urlencoded"};
    request.body = body;
    request.signing = signing;
    request.max_body = kMaxAnswer;
    const auto response = http_.Send(request);
    const auto fail = [&](const auto&... cause) {
      return Status::IOError("assume role ", role, ": ", cause...);
    };
    if (!response.ok()) return fail(response.status().message());
    pugi::xml_document answer;
    answer.load_buffer(response->body.data(), response->body.size());
    const auto text = [&](const char* name) {
      return std::string(answer
                             .find_node([&](const pugi::xml_node& node) {
                               return std::string_view(node.name()) == name;
                             })
                             .text()
                             .get());
    };
    if (response->status != 200) {
      return fail(text("Code"), " (HTTP status ", response->status, ")");
    }
    AwsCredentials credentials{text("AccessKeyId"), text("SecretAccessKey"),
                               text("SessionToken"), ParseExpiry(text("Expiration"))};
    if (credentials.access_key.empty()) return fail("the answer has no credentials");
    return credentials;
  }

  const CredentialOptions& options_;
  HttpClient& http_;
  const std::string profile_;
};

}  // namespace

AwsCredentialChain::AwsCredentialChain(CredentialOptions options,
                                       std::shared_ptr<HttpClient> http)
    : options_(std::move(options)), http_(std::move(http)) {}

Result<AwsCredentials> AwsCredentialChain::Get() {
  const std::lock_guard lock(mutex_);
  if (!IsFresh(current_)) {
    ARROW_ASSIGN_OR_RAISE(current_, Search(options_, *http_).Run());
  }
  return current_;
}

}  // namespace flowlake
