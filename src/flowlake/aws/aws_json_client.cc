#include "flowlake/aws/aws_json_client.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

using Json = nlohmann::json;

constexpr int kMaxTries = 8;
constexpr auto kPause = std::chrono::milliseconds(250);
constexpr int kTooMany = 429;

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

AwsService WithEndpoint(AwsService service) {
  if (!service.endpoint.empty()) return service;
  std::string name = service.name;
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  service.endpoint = Variable("AWS_ENDPOINT_URL_" + name);
  if (service.endpoint.empty()) service.endpoint = Variable("AWS_ENDPOINT_URL");
  if (service.endpoint.empty()) {
    const char* domain =
        service.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    service.endpoint = "https://" + service.name + '.' + service.region + domain;
  }
  return service;
}

bool MayRepeat(const HttpResponse& response) {
  return response.status >= 500 || response.status == kTooMany ||
         response.body.find("TooManyRequestsException") != std::string::npos ||
         response.body.find("Throttling") != std::string::npos;
}

std::string TextAt(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

AwsJsonClient::AwsJsonClient(AwsService service)
    : service_(WithEndpoint(std::move(service))),
      http_(std::make_shared<HttpClient>()),
      credentials_(
          {.profile = "", .role_arn = "", .external_id = "", .region = service_.region},
          http_) {}

Result<std::string> AwsJsonClient::Call(const std::string& operation,
                                        const std::string& input) {
  for (int tries = 1;; ++tries) {
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, Send(operation, input));
    if (response.status == 200) return std::move(response.body);
    if (!MayRepeat(response) || tries == kMaxTries) return Explain(operation, response);
    std::this_thread::sleep_for(kPause * tries);
  }
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
  auto response = http_->Send(request);
  if (response.ok()) return response;
  return Status::IOError(operation, ": ", response.status().message());
}

Status AwsJsonClient::Explain(const std::string& operation,
                              const HttpResponse& response) const {
  const Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  std::string message = json.is_object() ? TextAt(json, "Message") : "";
  if (message.empty() && json.is_object()) message = TextAt(json, "message");
  const std::string type = json.is_object() ? TextAt(json, "__type") : "";
  const Status status =
      Status::IOError(operation, ": HTTP ", response.status, ' ', EscapeForTerminal(type),
                      ": ", EscapeForTerminal(message));
  if (type.find("InvalidRequest") == type.npos) return status;
  return Status::Invalid(status.message());
}

std::string RegionOfArn(const std::string& arn) {
  size_t at = 0;
  for (int colon = 0; colon < 3; ++colon) {
    at = arn.find(':', at);
    if (at == arn.npos) return {};
    ++at;
  }
  return arn.substr(at, arn.find(':', at) - at);
}

}  // namespace flowlake
