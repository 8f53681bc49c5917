/// What a service says when it refuses a request, in XML or JSON.
#pragma once

#include <string>

#include "flowlake/aws/http_client.h"

namespace flowlake {

/// Both are empty where the service does not say.
struct ServiceError {
  std::string code;  ///< "AccessDenied", without a namespace before or a URL behind it
  std::string message;
};

/// Of the XML of S3 and STS (<Error><Code>…), or the JSON of others (__type, code,
/// message; the header x-amzn-errortype).
ServiceError ServiceErrorOf(const HttpResponse& response);

/// "HTTP 403 AccessDenied: not authorized …": one line for a user, escaped and of a few
/// hundred bytes at most, since whoever answers chooses the text.
std::string DescribeRefusal(const HttpResponse& response);

}  // namespace flowlake
