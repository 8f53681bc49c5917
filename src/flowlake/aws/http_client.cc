#include "flowlake/aws/http_client.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "flowlake/base/hex.h"

namespace flowlake {

namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Free>;
using HeaderList = std::unique_ptr<curl_slist, Free>;

/// Where libcurl's callbacks put what comes.
struct Receiver {
  HttpResponse& response;
  const int64_t max_body;
  bool is_too_long = false;
};

size_t TakeBody(char* bytes, size_t size, size_t count, void* context) {
  auto& receiver = *static_cast<Receiver*>(context);
  std::string& body = receiver.response.body;
  const size_t length = size * count;
  if (body.size() + length > static_cast<size_t>(receiver.max_body)) {
    receiver.is_too_long = true;
    return 0;
  }
  body.append(bytes, length);
  return length;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

size_t TakeHeader(char* bytes, size_t size, size_t count, void* context) {
  auto& response = static_cast<Receiver*>(context)->response;
  const std::string_view line(bytes, size * count);
  const size_t colon = line.find(':');
  if (colon == line.npos) {
    if (line.starts_with("HTTP/")) response.headers.clear();  // behind a 100 Continue
    return line.size();
  }
  std::string name(Trim(line.substr(0, colon)));
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  response.headers[name] = Trim(line.substr(colon + 1));
  return line.size();
}

void Append(HeaderList& list, const std::string& header) {
  curl_slist* longer = curl_slist_append(list.get(), header.c_str());
  if (longer == nullptr) return;  // out of memory: the request fails without it
  (void)list.release();
  list.reset(longer);
}

template <typename Value>
void Set(CURL* handle, CURLoption option, Value value) {
  curl_easy_setopt(handle, option, value);
}

void Sign(CURL* handle, const AwsSigning& signing, HeaderList& headers) {
  const AwsCredentials& credentials = signing.credentials;
  const std::string scheme = "aws:amz:" + signing.region + ":" + signing.service;
  Set(handle, CURLOPT_AWS_SIGV4, scheme.c_str());
  Set(handle, CURLOPT_USERNAME, credentials.access_key.c_str());
  Set(handle, CURLOPT_PASSWORD, credentials.secret_key.c_str());
  if (!credentials.session_token.empty()) {
    Append(headers, "x-amz-security-token: " + credentials.session_token);
  }
}

/// Where the machine has the certificates of authorities: libcurl knows only where they
/// were on the machine that it was built for. Empty: it is left to libcurl.
std::string FindCertificates() {
  for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* chosen = std::getenv(name);
    if (chosen != nullptr && *chosen != '\0') return chosen;
  }
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt",   // Debian, Ubuntu
                           "/etc/pki/tls/certs/ca-bundle.crt"}) {  // Amazon Linux
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

void Describe(CURL* handle, const HttpRequest& request) {
  Set(handle, CURLOPT_URL, request.url.c_str());
  Set(handle, CURLOPT_NOSIGNAL, 1L);
  Set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(handle, CURLOPT_PATH_AS_IS, 1L);
  Set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  Set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  Set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
  Set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout_ms));
  if (request.stall_seconds > 0) {
    Set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    Set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_seconds));
  }
  static const std::string certificates = FindCertificates();
  if (!certificates.empty()) Set(handle, CURLOPT_CAINFO, certificates.c_str());
  if (request.is_direct) Set(handle, CURLOPT_PROXY, "");
  if (request.method == "HEAD") {
    Set(handle, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    Set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  if (request.method == "PUT" || request.method == "POST") {
    Set(handle, CURLOPT_POSTFIELDS, request.body.data());
    Set(handle, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request.body.size()));
  }
}

/// Rides on the Status of a request that came to nothing.
class TransportFailure final : public arrow::StatusDetail {
 public:
  explicit TransportFailure(FailureCause cause) : cause_(cause) {}

  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return "no answer"; }
  FailureCause cause() const { return cause_; }

  static constexpr char kTypeId[] = "flowlake::TransportFailure";

 private:
  const FailureCause cause_;
};

FailureCause CauseOf(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return FailureCause::kUnreachable;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return FailureCause::kLostAnswer;
    default:
      return FailureCause::kOther;
  }
}

Status Failure(CURLcode code) {
  return WithCause(Status::IOError(curl_easy_strerror(code)), CauseOf(code));
}

Status CheckHeaders(const std::vector<std::string>& headers) {
  using namespace std::string_view_literals;
  for (const std::string& header : headers) {
    if (header.find_first_of("\r\n\0"sv) == header.npos) continue;
    return Status::Invalid("the value of the header ", header.substr(0, header.find(':')),
                           " has a line break in it");
  }
  return Status::OK();
}

Result<HttpResponse> Perform(CURL* handle, const HttpRequest& request) {
  HttpResponse response;
  Receiver receiver{response, request.max_body};
  HeaderList headers;
  Describe(handle, request);
  for (const std::string& header : request.headers) Append(headers, header);
  Append(headers, "Expect:");  // a round trip that saves nothing
  if (request.signing != nullptr) Sign(handle, *request.signing, headers);
  Set(handle, CURLOPT_HTTPHEADER, headers.get());
  Set(handle, CURLOPT_WRITEFUNCTION, &TakeBody);
  Set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&receiver));
  Set(handle, CURLOPT_HEADERFUNCTION, &TakeHeader);
  Set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&receiver));
  const CURLcode code = curl_easy_perform(handle);
  if (receiver.is_too_long) {
    return Status::IOError("the answer is longer than ", request.max_body, " bytes");
  }
  if (code != CURLE_OK) return Failure(code);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace

/// Idle handles, each with its connections.
class HttpClient::Handles {
 public:
  Handles() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)started;  // without it, every request fails and says so
  }

  Handle Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Handle(curl_easy_init());
    Handle handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
  }

  void Return(Handle handle) {
    curl_easy_reset(handle.get());  // keeps connections, forgets secrets
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }

 private:
  std::mutex mutex_;
  std::vector<Handle> idle_;  // guarded by mutex_
};

HttpClient::HttpClient() : handles_(std::make_unique<Handles>()) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::Send(const HttpRequest& request) {
  ARROW_RETURN_NOT_OK(CheckHeaders(request.headers));
  Handle handle = handles_->Take();
  if (!handle) return Status::OutOfMemory("no memory for an HTTP request");
  auto response = Perform(handle.get(), request);
  handles_->Return(std::move(handle));
  return response;
}

FailureCause CauseOfFailure(const Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr ||
      detail->type_id() != std::string_view(TransportFailure::kTypeId)) {
    return FailureCause::kOther;
  }
  return static_cast<const TransportFailure&>(*detail).cause();
}

Status WithCause(const Status& status, FailureCause cause) {
  return status.WithDetail(std::make_shared<TransportFailure>(cause));
}

std::string HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

int64_t ParseHttpTime(const std::string& text) {
  const int64_t seconds = curl_getdate(text.c_str(), nullptr);
  return seconds < 0 ? 0 : seconds * 1000;
}

std::string PercentEncode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != kUnreserved.npos || (keep_slashes && c == '/')) {
      encoded += c;
      continue;
    }
    encoded += '%';
    AppendHexByte(kUpperHexDigits, static_cast<unsigned char>(c), encoded);
  }
  return encoded;
}

}  // namespace flowlake
