#include "flowlake/aws/identity_center.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/retry.h"
#include "flowlake/aws/service_error.h"
#include "flowlake/base/date.h"
#include "flowlake/base/hex.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/base/json_member.h"

namespace flowlake {

namespace {

constexpr int kUnauthorized = 401;

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
  Access(std::string name, const AwsSettings& settings, HttpClient& http)
      : name_(std::move(name)), settings_(settings), http_(http) {}

  Result<AwsCredentials> Get(const AwsProfile& profile) {
    ARROW_RETURN_NOT_OK(ReadSession(profile));
    ARROW_ASSIGN_OR_RAISE(const std::string token, ReadToken());
    ARROW_ASSIGN_OR_RAISE(const std::string endpoint,
                          settings_.Endpoint("SSO", "portal.sso", region_));
    HttpRequest request;
    request.url = endpoint + "/federation/credentials?account_id=" +
                  PercentEncode(SettingAt(profile_, "sso_account_id")) +
                  "&role_name=" + PercentEncode(SettingAt(profile_, "sso_role_name"));
    request.headers = {"x-amz-sso_bearer_token: " + token};
    request.max_body = kSignInMaxAnswer;
    request.total_timeout_ms = kSignInTimeoutMs;
    const auto response = SendWithRetries(kSignIn, [&] { return http_.Send(request); });
    if (!response.ok()) return Fail(response.status().message());
    if (response->status == kUnauthorized) return SignIn("has ended");
    if (response->status != 200) return Fail(DescribeRefusal(*response));
    return Parse(response->body);
  }

 private:
  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("profile '", name_, "', IAM Identity Center: ", cause...);
  }

  template <typename... Cause>
  Status Refuse(const Cause&... cause) const {
    return Status::Invalid(Fail(cause...).message());
  }

  Status SignIn(const char* what) const {
    return Fail("the session ", what, "; run: aws sso login --profile ", name_);
  }

  /// In a section of its own, or, as older files have it, in the profile.
  Status ReadSession(const AwsProfile& profile) {
    profile_ = profile;
    const std::string session = SettingAt(profile, "sso_session");
    if (!session.empty()) ARROW_RETURN_NOT_OK(AddSession(session));
    for (const char* name :
         {"sso_account_id", "sso_role_name", "sso_region", "sso_start_url"}) {
      if (SettingAt(profile_, name).empty()) return Refuse(name, " is missing");
    }
    region_ = SettingAt(profile_, "sso_region");
    key_ = session.empty() ? SettingAt(profile_, "sso_start_url") : session;
    return Status::OK();
  }

  Status AddSession(const std::string& session) {
    const IniSettings* settings = settings_.profiles().SsoSession(session);
    if (settings == nullptr) {
      return Refuse("there is no [sso-session ", session, "] in ", AwsConfigPath());
    }
    for (const auto& [name, value] : *settings) {
      if (profile_.try_emplace(name, value).first->second == value) continue;
      return Refuse(name, " is not what [sso-session ", session, "] says");
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
    if (token.empty() || !end || *end <= NowMicros()) return SignIn("has ended");
    return token;
  }

  Result<AwsCredentials> Parse(const std::string& text) const {
    const auto answer = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto* json = MemberAt(answer, "roleCredentials");
    if (json == nullptr) return Fail("the answer has no credentials");
    auto credentials =
        MakeCredentials({TextAt(*json, "accessKeyId"), TextAt(*json, "secretAccessKey"),
                         TextAt(*json, "sessionToken")},
                        "");
    if (!credentials.ok()) return Fail(credentials.status().message());
    const auto* expiration = MemberAt(*json, "expiration");  // milliseconds
    if (expiration != nullptr && expiration->is_number_integer()) {
      credentials->expires_ms = expiration->get<int64_t>();
    }
    return credentials;
  }

  const std::string name_;
  const AwsSettings& settings_;
  HttpClient& http_;
  AwsProfile profile_;  // with the settings of its session
  std::string region_;
  std::string key_;  // names the token's file
};

}  // namespace

Result<std::optional<AwsCredentials>> AskIdentityCenter(const std::string& profile,
                                                        const AwsSettings& settings,
                                                        HttpClient& http) {
  const AwsProfile found = settings.profiles().Profile(profile);
  if (!found.contains("sso_account_id") && !found.contains("sso_role_name")) {
    return std::nullopt;
  }
  ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials,
                        Access(profile, settings, http).Get(found));
  return credentials;
}

}  // namespace flowlake
