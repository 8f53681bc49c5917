/// Where a real engine is: "trino://user@host:8080/catalog/schema",
/// "athena://workgroup?region=eu-west-1&output=s3://bucket/results".
#pragma once

#include <map>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

struct EngineAddress {
  std::string scheme;  ///< "trino", "trinos" (over TLS), "athena"
  std::string user;
  std::string host;  ///< with its port; of Athena the workgroup
  std::string catalog;
  std::string schema;
  std::map<std::string, std::string> parameters;  ///< behind '?'
};

/// Invalid says what would be right. A password in it is refused: it would be in the
/// shell's history and in the list of processes.
Result<EngineAddress> ParseEngineAddress(const std::string& text);

}  // namespace flowlake
