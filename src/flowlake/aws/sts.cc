#include "flowlake/aws/sts.h"

#include <algorithm>
#include <pugixml.hpp>
#include <string_view>
#include <utility>

#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/retry.h"
#include "flowlake/aws/service_error.h"
#include "flowlake/aws/token_file.h"

namespace flowlake {

namespace {

// Those that were there before STS had a host in each region.
constexpr std::string_view kLegacyRegions[] = {
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
    "eu-central-1",   "eu-north-1", "eu-west-1",      "eu-west-2",      "eu-west-3",
    "sa-east-1",      "us-east-1",  "us-east-2",      "us-west-1",      "us-west-2"};

std::string BodyOf(const char* action, const RoleRequest& request) {
  std::string session = request.session_name;
  if (session.empty()) session = EnvironmentVariable("AWS_ROLE_SESSION_NAME");
  if (session.empty()) session = "flowlake";
  std::string body = std::string("Action=") + action +
                     "&Version=2011-06-15&RoleArn=" + PercentEncode(request.role_arn) +
                     "&RoleSessionName=" + PercentEncode(session);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) body += std::string("&") + name + "=" + PercentEncode(value);
  };
  add("ExternalId", request.external_id);
  add("DurationSeconds", request.duration_seconds);
  return body;
}

Result<AwsCredentials> ParseAnswer(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node found = document.find_node([](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "Credentials";
  });
  return MakeCredentials(
      {found.child_value("AccessKeyId"), found.child_value("SecretAccessKey"),
       found.child_value("SessionToken")},
      found.child_value("Expiration"));
}

}  // namespace

StsClient::StsClient(const AwsSettings& settings, HttpClient& http, std::string region)
    : settings_(settings), http_(http), region_(std::move(region)) {}

Result<AwsCredentials> StsClient::AssumeRole(const RoleRequest& request,
                                             const AwsCredentials& base) const {
  return Ask(request, BodyOf("AssumeRole", request), &base);
}

Result<AwsCredentials> StsClient::AssumeRoleWithWebIdentity(
    const RoleRequest& request, const std::string& token_file) const {
  ARROW_ASSIGN_OR_RAISE(const std::string token, ReadTokenFile(token_file));
  return Ask(request,
             BodyOf("AssumeRoleWithWebIdentity", request) +
                 "&WebIdentityToken=" + PercentEncode(token),
             nullptr);
}

Result<StsClient::Address> StsClient::Locate() const {
  ARROW_ASSIGN_OR_RAISE(const std::string configured,
                        settings_.ConfiguredEndpoint("STS"));
  if (!configured.empty()) return Address{configured, region_};
  const HostVariant variant = settings_.host_variant();
  const bool is_global =
      settings_.uses_global_sts() && !variant.fips && !variant.dual_stack &&
      std::ranges::find(kLegacyRegions, region_) != std::end(kLegacyRegions);
  if (is_global) return Address{"https://sts.amazonaws.com", "us-east-1"};
  ARROW_ASSIGN_OR_RAISE(std::string url, ServiceUrl("sts", region_, variant));
  return Address{std::move(url), region_};
}

Result<AwsCredentials> StsClient::Ask(const RoleRequest& request, const std::string& body,
                                      const AwsCredentials* base) const {
  const auto fail = [&](const auto&... cause) {
    return Status::IOError("assume role ", request.role_arn, ": ", cause...);
  };
  ARROW_ASSIGN_OR_RAISE(const Address address, Locate());
  AwsSigning signing{{}, address.signing_region, "sts"};
  HttpRequest http;
  http.method = "POST";
  http.url = address.url + "/";
  http.headers = {"Content-Type: application/x-www-form-urlencoded"};
  http.body = body;
  http.max_body = kSignInMaxAnswer;
  http.total_timeout_ms = kSignInTimeoutMs;
  if (base != nullptr) {
    signing.credentials = *base;
    http.signing = &signing;
  }
  const auto response = SendWithRetries(kSignIn, [&] { return http_.Send(http); });
  if (!response.ok()) return fail(address.url, ": ", response.status().message());
  if (response->status != 200) return fail(DescribeRefusal(*response));
  auto credentials = ParseAnswer(response->body);
  if (!credentials.ok()) return fail(credentials.status().message());
  return credentials;
}

}  // namespace flowlake
