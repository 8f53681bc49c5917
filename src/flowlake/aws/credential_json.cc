#include "flowlake/aws/credential_json.h"

#include <algorithm>
#include <utility>

#include "flowlake/base/iso_time.h"
#include "flowlake/base/json_member.h"

namespace flowlake {

namespace {

bool IsOneWord(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

}  // namespace

Result<AwsCredentials> MakeCredentials(AwsCredentials credentials,
                                       const std::string& expiration) {
  if (credentials.access_key.empty() && credentials.secret_key.empty()) {
    return Status::Invalid("the answer has no credentials");
  }
  if (credentials.access_key.empty()) return Status::Invalid("the access key is missing");
  if (credentials.secret_key.empty()) return Status::Invalid("the secret key is missing");
  if (!IsOneWord(credentials.access_key) || !IsOneWord(credentials.secret_key) ||
      !IsOneWord(credentials.session_token)) {
    return Status::Invalid(
        "a key or token has a blank or a line break in it; a comment needs a line of its "
        "own");
  }
  if (expiration.empty()) return credentials;
  const auto end = ParseIsoTime(expiration);
  if (!end) return Status::Invalid("the credentials' expiration is no time");
  credentials.expires_ms = std::max<int64_t>(1, *end / 1000);
  return credentials;
}

Result<AwsCredentials> ParseCredentialJson(std::string_view text,
                                           const char* token_name) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  return MakeCredentials({TextAt(json, "AccessKeyId"), TextAt(json, "SecretAccessKey"),
                          TextAt(json, token_name)},
                         TextAt(json, "Expiration"));
}

}  // namespace flowlake
