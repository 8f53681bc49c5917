/// Credentials as JSON: of containers, instances and the programs of users.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "flowlake/aws/http_client.h"
#include "flowlake/base/status.h"

namespace flowlake {

/// `token_name` is what the member of the session's token is called: the sources do not
/// agree. Invalid, without anything of the text, if it has no credentials.
Result<AwsCredentials> ParseCredentialJson(std::string_view text, const char* token_name);

}  // namespace flowlake
