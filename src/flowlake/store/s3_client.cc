#include "flowlake/store/s3_client.h"

#include <algorithm>
#include <pugixml.hpp>

#include "flowlake/aws/service_error.h"
#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

/// Of an answer that began with 200 and then told of an error.
constexpr int kBegun = 200;
constexpr int kFailedLate = 500;

/// The region of the bucket, where the answer says it; an answer to HEAD has no body.
std::string RegionOf(const HttpResponse& response) {
  const std::string region = response.header("x-amz-bucket-region");
  if (!region.empty()) return region;
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  return document.child("Error").child_value("Region");
}

}  // namespace

S3Client::S3Client(S3Location location)
    : location_(std::move(location)),
      http_(std::make_shared<HttpClient>()),
      credentials_(location_.credentials, http_) {}

Result<HttpResponse> S3Client::Send(const S3Request& request) {
  ARROW_ASSIGN_OR_RAISE(HttpResponse response, SendWithRetries(request.retries, [&] {
                          return SendOnce(request);
                        }));
  const int status = response.status;
  const bool is_expected =
      std::ranges::find(request.expected, status) != request.expected.end();
  if ((status >= 200 && status < 300) || is_expected) return response;
  return Explain(request, response);
}

Result<HttpResponse> S3Client::SendOnce(const S3Request& request) {
  const auto credentials = credentials_.Get();
  if (!credentials.ok()) {
    return credentials.status().WithMessage(NameOf(request), ": ",
                                            credentials.status().message());
  }
  const AwsSigning signing{*credentials, location_.region, "s3"};
  HttpRequest http;
  http.method = request.method;
  http.url = UrlOfRequest(request);
  http.headers = HeadersOf(request);
  http.body = request.body;
  http.signing = &signing;
  auto response = http_->Send(http);
  if (response.ok()) {
    const bool is_error = response->body.find("<Error>") != std::string::npos;
    const bool has_begun = request.may_fail_late && response->status == kBegun;
    if (has_begun && is_error) response->status = kFailedLate;
    return response;
  }
  return response.status().WithMessage(NameOf(request), ": ",
                                       response.status().message());
}

std::vector<std::string> S3Client::HeadersOf(const S3Request& request) const {
  std::vector<std::string> headers = request.headers;
  // Bodies are not hashed for the signature: TLS guards them, and data files have
  // checksums.
  headers.emplace_back("x-amz-content-sha256: UNSIGNED-PAYLOAD");
  if (request.method == "PUT" || request.method == "POST") {
    headers.emplace_back("Content-Type: application/octet-stream");
  }
  if (location_.requester_pays) headers.emplace_back("x-amz-request-payer: requester");
  if (!location_.expected_bucket_owner.empty()) {
    headers.push_back("x-amz-expected-bucket-owner: " + location_.expected_bucket_owner);
  }
  if (request.is_new_object && !location_.encryption.empty()) {
    headers.push_back("x-amz-server-side-encryption: " + location_.encryption);
    if (!location_.kms_key.empty()) {
      headers.push_back("x-amz-server-side-encryption-aws-kms-key-id: " +
                        location_.kms_key);
    }
  }
  return headers;
}

std::string S3Client::UrlOfRequest(const S3Request& request) const {
  std::string url = UrlOf(location_, request.key);
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    url += separator + PercentEncode(name) + "=" + PercentEncode(value);
    separator = '&';
  }
  return url;
}

std::string S3Client::NameOf(const S3Request& request) const {
  return std::string(request.operation.verb) + " s3://" + location_.bucket +
         (request.key.empty() ? "" : "/" + request.key);
}

Status S3Client::Explain(const S3Request& request, const HttpResponse& response) const {
  const ServiceError error = ServiceErrorOf(response);
  const std::string region = RegionOf(response);
  const std::string detail = " (" + DescribeRefusal(response) + ")";
  const auto fail = [&](const auto&... cause) {
    return Status::IOError(NameOf(request), ": ", cause..., detail);
  };
  if (AsksForPatience(response)) {
    return WithCause(fail("the store asks for patience"), FailureCause::kBusy);
  }
  if (error.code == "NoSuchBucket") {
    return fail("there is no bucket '", location_.bucket, "'");
  }
  const bool is_elsewhere = !region.empty() && region != location_.region;
  if (is_elsewhere || response.status == 301) {
    return fail("the bucket is in region ",
                is_elsewhere ? EscapeForTerminal(region) : "?", ", not ",
                location_.region, "; set AWS_REGION or the location's region");
  }
  if (error.code == "ExpiredToken") return fail("the credentials have expired");
  if (error.code == "RequestTimeTooSkewed") return fail("this machine's clock is wrong");
  if (error.code == "InvalidObjectState") {
    return fail("the object is archived; restore it first");
  }
  if (response.status == 403) {
    return fail("not allowed; it needs ", request.operation.permission,
                " (without s3:ListBucket a missing object looks like this too)");
  }
  if (response.status == 404) return fail("no such object");
  if (response.status == 412) return fail("has changed");
  return fail("the store refused");
}

}  // namespace flowlake
