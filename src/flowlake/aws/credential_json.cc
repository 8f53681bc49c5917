#include "flowlake/aws/credential_json.h"

#include "flowlake/base/iso_time.h"
#include "flowlake/base/json_member.h"

namespace flowlake {

Result<AwsCredentials> ParseCredentialJson(std::string_view text,
                                           const char* token_name) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto member = [&](const char* name) { return TextAt(json, name); };
  if (member("AccessKeyId").empty()) {
    return Status::Invalid("the answer has no credentials");
  }
  const auto expiry = ParseIsoTime(member("Expiration"));
  return AwsCredentials{member("AccessKeyId"), member("SecretAccessKey"),
                        member(token_name), expiry ? *expiry / 1000 : 0};
}

}  // namespace flowlake
