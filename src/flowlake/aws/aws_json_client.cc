#include "flowlake/aws/aws_json_client.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "flowlake/aws/aws_settings.h"
#include "flowlake/aws/service_error.h"

namespace flowlake {

namespace {

constexpr int64_t kMaxAnswer = int64_t{64} << 20;

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return text;
}

Status Explain(const std::string& operation, const HttpResponse& response) {
  const std::string message = operation + ": " + DescribeRefusal(response);
  const bool is_callers =
      ServiceErrorOf(response).code.find("InvalidRequest") != std::string::npos;
  return is_callers ? Status::Invalid(message) : Status::IOError(message);
}

}  // namespace

Result<std::unique_ptr<AwsJsonClient>> AwsJsonClient::Make(AwsService service) {
  ARROW_ASSIGN_OR_RAISE(const AwsSettings settings, AwsSettings::Read());
  if (service.region.empty()) service.region = settings.region();
  if (service.endpoint.empty()) {
    ARROW_ASSIGN_OR_RAISE(
        service.endpoint,
        settings.Endpoint(Upper(service.name), service.name, service.region));
  }
  return std::unique_ptr<AwsJsonClient>(new AwsJsonClient(std::move(service)));
}

AwsJsonClient::AwsJsonClient(AwsService service)
    : service_(std::move(service)),
      http_(std::make_shared<HttpClient>()),
      credentials_(
          {.profile = "", .role_arn = "", .external_id = "", .region = service_.region},
          http_) {}

Result<std::string> AwsJsonClient::Call(const std::string& operation,
                                        const std::string& input,
                                        const RetryPolicy& policy) {
  ARROW_ASSIGN_OR_RAISE(HttpResponse response,
                        SendWithRetries(policy, [&] { return Send(operation, input); }));
  if (response.status == 200) return std::move(response.body);
  return Explain(operation, response);
}

Result<HttpResponse> AwsJsonClient::Send(const std::string& operation,
                                         const std::string& input) {
  AwsSigning signing{{}, service_.region, service_.name};
  ARROW_ASSIGN_OR_RAISE(signing.credentials, credentials_.Get());
  HttpRequest request;
  request.method = "POST";
  request.url = service_.endpoint + "/";
  request.headers = {"X-Amz-Target: " + service_.target + '.' + operation,
                     "Content-Type: application/x-amz-json-" + service_.version};
  request.body = input;
  request.signing = &signing;
  request.max_body = kMaxAnswer;
  auto response = http_->Send(request);
  if (response.ok()) return response;
  return response.status().WithMessage(operation, ": ", response.status().message());
}

}  // namespace flowlake
