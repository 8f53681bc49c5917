#include "flowlake/lambda/http_delivery.h"

#include <utility>

#include "flowlake/base/base64.h"
#include "flowlake/base/date.h"
#include "flowlake/base/json_member.h"
#include "flowlake/source/firehose_delivery.h"
#include "flowlake/source/firehose_request.h"

namespace flowlake {

namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kUnavailable = 503;

/// One request.
class HttpDelivery {
 public:
  HttpDelivery(const StagingContext& context, const Json& event)
      : context_(context), event_(event), headers_(event.at("headers")) {
    id_ = TextAt(headers_, "x-amz-firehose-request-id");
  }

  Json Answer(const std::string& access_key, IngestSummary& summary) {
    if (!IsAccessKey(TextAt(headers_, "x-amz-firehose-access-key"), access_key)) {
      return Respond(kUnauthorized, "the access key is wrong");
    }
    auto body = Body();
    if (!body.ok()) return Respond(kBadRequest, body.status().message());
    auto delivery =
        ReadFirehoseDelivery({id_, TextAt(headers_, "x-amz-firehose-source-arn"),
                              TextAt(headers_, "x-amz-firehose-common-attributes")},
                             *std::move(body));
    if (!delivery.ok()) return Respond(kBadRequest, delivery.status().message());
    const auto staged =
        StageInputs(context_, InputsOf(*std::move(delivery), DateOfMicros(NowMicros())));
    if (!staged.ok()) return Respond(kUnavailable, staged.status().message());
    for (const InputProblem& problem : staged->problems) {
      if (!problem.is_refused) return Respond(kUnavailable, problem.message);
    }
    summary = *staged;
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
    return body;
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
