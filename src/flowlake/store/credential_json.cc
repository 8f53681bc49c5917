#include "flowlake/store/credential_json.h"

#include "flowlake/base/iso_time.h"

namespace flowlake {

std::string TextMember(const nlohmann::json& json, const char* name) {
  if (!json.is_object()) return {};
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<AwsCredentials> ParseCredentialJson(std::string_view text,
                                           const char* token_name) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto member = [&](const char* name) { return TextMember(json, name); };
  if (member("AccessKeyId").empty()) {
    return Status::Invalid("the answer has no credentials");
  }
  const auto expiry = ParseIsoTime(member("Expiration"));
  return AwsCredentials{member("AccessKeyId"), member("SecretAccessKey"),
                        member(token_name), expiry ? *expiry / 1000 : 0};
}

}  // namespace flowlake
