/// A request that Firehose sends to an HTTP endpoint, from its headers and body to the
/// inputs it means.
/// Source: AWS, "Understand HTTP endpoint delivery request and response specifications".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/status.h"
#include "flowlake/source/delivered_records.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// Of a body, unzipped.
inline constexpr size_t kMaxFirehoseBody = 64 << 20;

/// The values of the headers that Firehose sends; empty where one is absent.
struct FirehoseHeaders {
  std::string request_id;         ///< X-Amz-Firehose-Request-Id
  std::string source_arn;         ///< X-Amz-Firehose-Source-Arn
  std::string common_attributes;  ///< X-Amz-Firehose-Common-Attributes
};

/// The records of a request, as files would hold them.
struct FirehoseDelivery {
  std::string request_id;
  Origin origin;  ///< without the log group, which is each group's own
  std::vector<RecordGroup> groups;
};

/// `body` is as it was sent, gzip or not; it is freed as early as can be. Invalid says
/// what is not as specified: another request id than the header's is that too.
Result<FirehoseDelivery> ReadFirehoseDelivery(const FirehoseHeaders& headers,
                                              std::string body);

/// An input per group. The same request makes the same names and ids, whenever it comes.
std::vector<Input> InputsOf(FirehoseDelivery delivery, Date arrival);

/// Whether `given` is `expected`, in a time that does not tell how much of it is right.
/// Nothing is an empty key.
bool IsAccessKey(std::string_view given, std::string_view expected);

}  // namespace flowlake
