/// Fields that are more than one value.
#pragma once

#include <string_view>

namespace flowlake {

/// Each is empty, in its place in the field, if there is none.
struct AddressParts {
  std::string_view ip;
  std::string_view port;
};
/// "203.0.113.24:51022", cut at the last colon. An IPv6 address may have brackets where a
/// URL would have them. A Lambda function stands there by its ARN, as `ip`.
AddressParts SplitAddress(std::string_view text);

/// Each is empty, in its place in the field, if there is none.
struct RequestParts {
  std::string_view verb;
  std::string_view url;
  std::string_view protocol;
};
/// "GET https://… HTTP/1.1": the verb before the first blank, the protocol behind the
/// last one, between them the URL, which may have blanks. `- - - ` has none of the three.
RequestParts SplitRequest(std::string_view text);

}  // namespace flowlake
