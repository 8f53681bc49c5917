/// The body of a request that Firehose sends to an HTTP endpoint.
/// Source: AWS, "Understand HTTP endpoint delivery request and response specifications".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flowlake/base/status.h"

namespace flowlake {

struct FirehoseRequest {
  std::string request_id;
  int64_t timestamp_ms = 0;
  std::string bytes;                      ///< of all records
  std::vector<std::string_view> records;  ///< into bytes

  FirehoseRequest() = default;
  FirehoseRequest(FirehoseRequest&&) = default;  // `bytes` may move: it is long, or empty
  FirehoseRequest& operator=(FirehoseRequest&&) = default;
  FirehoseRequest(const FirehoseRequest&) = delete;
  FirehoseRequest& operator=(const FirehoseRequest&) = delete;
};

/// Records per request, at most.
inline constexpr size_t kMaxFirehoseRecords = 10'000;

/// Of a body that is JSON, unzipped. Takes memory for the decoded records only, whatever
/// the body. Invalid says what is not as specified.
Result<FirehoseRequest> ParseFirehoseRequest(std::string_view body);

/// {"requestId":…,"timestamp":…} and, of a failure, its message.
std::string FirehoseAnswer(std::string_view request_id, int64_t now_ms,
                           std::string_view error = {});

/// The common attributes of the header X-Amz-Firehose-Common-Attributes; Invalid if it is
/// not as specified.
Result<std::vector<std::pair<std::string, std::string>>> ParseCommonAttributes(
    std::string_view header);

}  // namespace flowlake
