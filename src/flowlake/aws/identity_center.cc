#include "flowlake/aws/identity_center.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "flowlake/aws/credential_json.h"
#include "flowlake/base/date.h"
#include "flowlake/base/hex.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/base/json_member.h"

namespace flowlake {

namespace {

constexpr int64_t kMaxAnswer = 1 << 20;

std::string Setting(const AwsProfile& profile, const char* name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

std::string Sha1InHex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) AppendHexByte(kHexDigits, digest[i], hex);
  return hex;
}

/// One person's access to one role, as a profile describes it.
class Access {
 public:
  Access(std::string name, HttpClient& http) : name_(std::move(name)), http_(http) {}

  Result<AwsCredentials> Get(const AwsProfile& profile) {
    ARROW_RETURN_NOT_OK(ReadSession(profile));
    ARROW_ASSIGN_OR_RAISE(const std::string token, ReadToken());
    HttpRequest request;
    request.url = Endpoint() + "/federation/credentials?account_id=" +
                  PercentEncode(Setting(profile, "sso_account_id")) +
                  "&role_name=" + PercentEncode(Setting(profile, "sso_role_name"));
    request.headers = {"x-amz-sso_bearer_token: " + token};
    request.max_body = kMaxAnswer;
    const auto response = http_.Send(request);
    if (!response.ok()) return Fail(response.status().message());
    if (response->status == 401) return SignIn("has ended");
    if (response->status != 200) return Fail("HTTP status ", response->status);
    return Parse(response->body);
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("profile '", name_, "', IAM Identity Center: ", cause...);
  }

  Status SignIn(const char* what) const {
    return Fail("the session ", what, "; run: aws sso login --profile ", name_);
  }

  /// In a section of its own, or, as older files have it, in the profile.
  Status ReadSession(const AwsProfile& profile) {
    const std::string session = Setting(profile, "sso_session");
    AwsProfile settings = profile;
    if (!session.empty()) {
      ARROW_ASSIGN_OR_RAISE(settings, ReadAwsProfile("sso-session " + session));
    }
    region_ = Setting(settings, "sso_region");
    key_ = session.empty() ? Setting(settings, "sso_start_url") : session;
    if (region_.empty() || key_.empty()) {
      return Fail("sso_region or sso_start_url is missing");
    }
    return Status::OK();
  }

  Result<std::string> ReadToken() const {
    std::ifstream file(
        EnvironmentVariable("HOME") + "/.aws/sso/cache/" + Sha1InHex(key_) + ".json",
        std::ios::binary);
    if (!file.is_open()) return SignIn("has not begun");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    std::string token = TextAt(json, "accessToken");
    const auto end = ParseIsoTime(TextAt(json, "expiresAt"));
    if (token.empty() || (end && *end <= NowMicros())) return SignIn("has ended");
    return token;
  }

  std::string Endpoint() const {
    const std::string configured = EnvironmentVariable("AWS_ENDPOINT_URL_SSO");
    return configured.empty() ? "https://portal.sso." + region_ + ".amazonaws.com"
                              : configured;
  }

  Result<AwsCredentials> Parse(const std::string& text) const {
    const auto answer = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto json = answer.is_object() && answer.contains("roleCredentials")
                          ? answer["roleCredentials"]
                          : nlohmann::json();
    AwsCredentials credentials{TextAt(json, "accessKeyId"),
                               TextAt(json, "secretAccessKey"),
                               TextAt(json, "sessionToken"), 0};
    if (credentials.access_key.empty()) return Fail("the answer has no credentials");
    const auto expiry = json.find("expiration");  // milliseconds
    if (expiry != json.end() && expiry->is_number_integer()) {
      credentials.expires_ms = expiry->get<int64_t>();
    }
    return credentials;
  }

  const std::string name_;
  HttpClient& http_;
  std::string region_;
  std::string key_;  // names the token's file
};

}  // namespace

Result<std::optional<AwsCredentials>> AskIdentityCenter(const std::string& name,
                                                        const AwsProfile& profile,
                                                        HttpClient& http) {
  if (Setting(profile, "sso_account_id").empty()) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, Access(name, http).Get(profile));
  return credentials;
}

}  // namespace flowlake
