#include "flowlake/lambda/http_delivery.h"

#include <openssl/crypto.h>

#include <memory>
#include <utility>

#include "flowlake/base/base64.h"
#include "flowlake/base/date.h"
#include "flowlake/lambda/event_json.h"
#include "flowlake/source/delivered_records.h"
#include "flowlake/source/firehose_request.h"
#include "flowlake/source/gunzip.h"

namespace flowlake {

namespace {

constexpr size_t kMaxBody = 64 << 20;
constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kUnavailable = 503;

/// In a time that does not tell how much of it is right.
bool IsKey(const std::string& given, const std::string& expected) {
  return !expected.empty() && given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

/// One request.
class HttpDelivery {
 public:
  HttpDelivery(const StagingContext& context, const Json& event)
      : context_(context), event_(event), headers_(event.at("headers")) {
    id_ = TextAt(headers_, "x-amz-firehose-request-id");
  }

  Json Answer(const std::string& access_key, IngestSummary& summary) {
    if (!IsKey(TextAt(headers_, "x-amz-firehose-access-key"), access_key)) {
      return Respond(kUnauthorized, "the access key is wrong");
    }
    auto body = Body();
    if (!body.ok()) return Respond(kBadRequest, body.status().message());
    auto request = ParseFirehoseRequest(*body);
    if (!request.ok()) return Respond(kBadRequest, request.status().message());
    if (request->request_id != id_) {
      return Respond(kBadRequest, "header and body have different request ids");
    }
    auto inputs = Inputs(*request);
    if (!inputs.ok()) return Respond(kBadRequest, inputs.status().message());
    auto staged = StageInputs(context_, *inputs);
    if (!staged.ok()) return Respond(kUnavailable, staged.status().message());
    for (const InputProblem& problem : staged->problems) {
      if (!problem.is_refused) return Respond(kUnavailable, problem.message);
    }
    summary = *std::move(staged);
    return Respond(kOk, "");
  }

 private:
  Result<std::string> Body() const {
    std::string body = TextAt(event_, "body");
    const auto is_encoded = event_.find("isBase64Encoded");
    if (is_encoded != event_.end() && *is_encoded == true) {
      std::string decoded;
      if (!AppendBase64Decoded(body, decoded)) {
        return Status::Invalid("the body is not base64");
      }
      body = std::move(decoded);
    }
    return IsGzip(body) ? Unzip(body, kMaxBody) : Result<std::string>(std::move(body));
  }

  Result<std::vector<Input>> Inputs(const FirehoseRequest& request) const {
    Origin origin;
    origin.stream = TextAt(headers_, "x-amz-firehose-source-arn");
    if (const std::string text = TextAt(headers_, "x-amz-firehose-common-attributes");
        !text.empty()) {
      ARROW_ASSIGN_OR_RAISE(const auto attributes, ParseCommonAttributes(text));
      origin.attributes.insert(attributes.begin(), attributes.end());
    }
    const std::string name =
        "firehose:" + origin.stream.substr(origin.stream.rfind('/') + 1) + '/' + id_;
    std::vector<Input> inputs;
    // The same records make the same groups, so their numbers name them.
    for (RecordGroup& group : GroupRecords(request.records)) {
      const std::string number = '#' + std::to_string(inputs.size() + 1);
      Delivery delivery{std::make_shared<const std::string>(std::move(group.bytes)),
                        "firehose:" + id_ + number, DateOfMicros(NowMicros())};
      origin.log_group = group.log_group;
      inputs.push_back(DeliveredInput(name + number, std::move(delivery), origin));
    }
    return inputs;
  }

  Json Respond(int status, const std::string& error) const {
    return {{"statusCode", status},
            {"headers", {{"Content-Type", "application/json"}}},
            {"body", FirehoseAnswer(id_, NowMicros() / 1000, error)}};
  }

  const StagingContext& context_;
  const Json& event_;
  const Json& headers_;
  std::string id_;
};

}  // namespace

bool IsHttpRequest(const Json& event) {
  const auto context = event.find("requestContext");
  const auto headers = event.find("headers");
  return context != event.end() && context->contains("http") && headers != event.end() &&
         headers->is_object();
}

Json TakeHttpDelivery(const StagingContext& context, const Json& event,
                      const std::string& access_key, IngestSummary& summary) {
  return HttpDelivery(context, event).Answer(access_key, summary);
}

}  // namespace flowlake
