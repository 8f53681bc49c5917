#include "flowlake/source/firehose_delivery.h"

#include <openssl/crypto.h>

#include <memory>
#include <utility>

#include "flowlake/source/firehose_request.h"
#include "flowlake/source/gunzip.h"

namespace flowlake {

Result<FirehoseDelivery> ReadFirehoseDelivery(const FirehoseHeaders& headers,
                                              std::string body) {
  if (IsGzip(body)) {
    ARROW_ASSIGN_OR_RAISE(body, Unzip(body, kMaxFirehoseBody));
  }
  if (body.size() > kMaxFirehoseBody) {
    return Status::Invalid("the body has more than 64 MiB");
  }
  FirehoseDelivery delivery;
  if (!headers.common_attributes.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto attributes,
                          ParseCommonAttributes(headers.common_attributes));
    delivery.origin.attributes.insert(attributes.begin(), attributes.end());
  }
  ARROW_ASSIGN_OR_RAISE(const FirehoseRequest request, ParseFirehoseRequest(body));
  if (request.request_id != headers.request_id) {
    return Status::Invalid("header and body have different request ids");
  }
  std::string().swap(body);
  delivery.request_id = request.request_id;
  delivery.origin.stream = headers.source_arn;
  delivery.groups = GroupRecords(request.records);
  return delivery;
}

std::vector<Input> InputsOf(FirehoseDelivery delivery, Date arrival) {
  Origin& origin = delivery.origin;
  const std::string name =
      "firehose:" + origin.stream.substr(origin.stream.rfind('/') + 1) + '/' +
      delivery.request_id;
  std::vector<Input> inputs;
  // The same records make the same groups, so their numbers name them.
  for (RecordGroup& group : delivery.groups) {
    const std::string number = '#' + std::to_string(inputs.size() + 1);
    Delivery content{std::make_shared<const std::string>(std::move(group.bytes)),
                     "firehose:" + delivery.request_id + number, arrival};
    origin.log_group = group.log_group;
    inputs.push_back(DeliveredInput(name + number, std::move(content), origin));
  }
  return inputs;
}

bool IsAccessKey(std::string_view given, std::string_view expected) {
  return !expected.empty() && given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace flowlake
