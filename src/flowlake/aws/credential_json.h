/// Credentials as others hand them over, checked before anything is signed with them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// `credentials` with the end that `expiration` names in ISO 8601; "" is none. Invalid,
/// without anything of a secret, if one half of the pair of keys is missing, if a key or
/// the token has control characters or blanks, or if `expiration` is no time.
Result<AwsCredentials> MakeCredentials(AwsCredentials credentials,
                                       const std::string& expiration);

/// Of JSON with AccessKeyId, SecretAccessKey, Expiration and a token, whose name the
/// sources do not agree on. Invalid as above, or if there are none.
Result<AwsCredentials> ParseCredentialJson(std::string_view text, const char* token_name);

}  // namespace flowlake
