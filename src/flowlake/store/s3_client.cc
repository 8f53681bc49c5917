#include "flowlake/store/s3_client.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <pugixml.hpp>
#include <random>
#include <thread>

namespace flowlake {

namespace {

constexpr int kMaxTries = 6;
constexpr int64_t kFirstPauseMs = 50;
constexpr int64_t kLongestPauseMs = 10'000;

bool IsPassing(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

/// Seconds of a Retry-After header in milliseconds; 0 if there is none.
int64_t AskedPauseMs(const HttpResponse& response) {
  const std::string text = response.header("retry-after");
  int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::clamp<int64_t>(seconds * 1000, 0, kLongestPauseMs);
}

/// Twice as long each time, and random, so that writers that failed together do not come
/// back together.
void PauseAfter(int tries, int64_t asked_ms) {
  thread_local std::minstd_rand random(std::random_device{}());
  const int64_t most = std::min(kFirstPauseMs << tries, kLongestPauseMs);
  const int64_t pause = std::uniform_int_distribution<int64_t>(most / 2, most)(random);
  std::this_thread::sleep_for(std::chrono::milliseconds(std::max(pause, asked_ms)));
}

struct S3Error {
  std::string code;
  std::string message;
  std::string region;
};

/// What a body of <Error> says; an answer to HEAD has none.
S3Error ErrorOf(const HttpResponse& response) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  const pugi::xml_node error = document.child("Error");
  S3Error found{error.child_value("Code"), error.child_value("Message"),
                error.child_value("Region")};
  const std::string region = response.header("x-amz-bucket-region");
  if (!region.empty()) found.region = region;
  return found;
}

std::string Detail(const HttpResponse& response, const S3Error& error) {
  std::string detail = "HTTP " + std::to_string(response.status);
  if (!error.code.empty()) detail += " " + error.code;
  if (!error.message.empty()) detail += ": " + error.message;
  return detail;
}

}  // namespace

S3Client::S3Client(S3Location location)
    : location_(std::move(location)),
      http_(std::make_shared<HttpClient>()),
      credentials_(location_.credentials, http_) {}

Result<HttpResponse> S3Client::Send(const S3Request& request) {
  for (int tries = 1;; ++tries) {
    auto response = SendOnce(request);
    const bool is_last = !request.may_repeat || tries == kMaxTries;
    if (!response.ok()) {
      if (is_last || !response.status().IsIOError()) return response;
      PauseAfter(tries, 0);
      continue;
    }
    const int status = response->status;
    const bool is_expected =
        std::ranges::find(request.expected, status) != request.expected.end();
    if ((status >= 200 && status < 300) || is_expected) return response;
    if (is_last || !IsPassing(status)) return Explain(request, *response);
    PauseAfter(tries, AskedPauseMs(*response));
  }
}

Result<HttpResponse> S3Client::SendOnce(const S3Request& request) {
  const auto credentials = credentials_.Get();
  if (!credentials.ok()) {
    return Status::Invalid(NameOf(request), ": ", credentials.status().message());
  }
  const AwsSigning signing{*credentials, location_.region, "s3"};
  HttpRequest http;
  http.method = request.method;
  http.url = UrlOfRequest(request);
  http.headers = HeadersOf(request);
  http.body = request.body;
  http.signing = &signing;
  auto response = http_->Send(http);
  if (response.ok()) return response;
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
  const S3Error error = ErrorOf(response);
  const std::string detail = " (" + Detail(response, error) + ")";
  const auto fail = [&](const auto&... cause) {
    return Status::IOError(NameOf(request), ": ", cause..., detail);
  };
  if (error.code == "NoSuchBucket") {
    return fail("there is no bucket '", location_.bucket, "'");
  }
  const bool is_elsewhere = !error.region.empty() && error.region != location_.region;
  if (is_elsewhere || response.status == 301) {
    return fail("the bucket is in region ", is_elsewhere ? error.region : "?", ", not ",
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
