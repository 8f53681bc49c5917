#include "flowlake/lambda/runtime.h"

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "flowlake/aws/http_client.h"
#include "flowlake/aws/retry.h"

namespace flowlake {

namespace {

constexpr char kPath[] = "/2018-06-01/runtime/";
constexpr RetryPolicy kPostPolicy = {.max_tries = 5, .first_pause = 100};
constexpr int kAccepted = 202;
constexpr int kTooLarge = 413;
/// "Lambda quotas", invocation payload: 6 MB, and what the service allows beyond.
constexpr size_t kMaxResponse = 6'291'556;
/// An event is at most 6 MB; its escapes may make it longer.
constexpr int64_t kMaxEvent = int64_t{64} << 20;

std::string TypeOf(const Status& status) {
  return "Flowlake." + std::string(status.CodeAsString() == "IOError" ? "IOError"
                                   : status.IsInvalid()               ? "Invalid"
                                                                      : "Error");
}

std::string ErrorJson(const Status& status) {
  const nlohmann::ordered_json json{{"errorMessage", status.message()},
                                    {"errorType", TypeOf(status)},
                                    {"stackTrace", nlohmann::json::array()}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class RuntimeApi {
 public:
  explicit RuntimeApi(const std::string& api) : base_("http://" + api + kPath) {}

  /// Waits for as long as it takes: the service freezes the process meanwhile.
  Result<Invocation> Next() {
    HttpRequest request;
    request.url = base_ + "invocation/next";
    request.stall_seconds = 0;
    request.is_direct = true;
    request.max_body = kMaxEvent;
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, http_.Send(request));
    if (response.status != 200) return Failed("next", response.status);
    Invocation invocation;
    invocation.id = response.header("lambda-runtime-aws-request-id");
    invocation.event = std::move(response.body);
    const std::string deadline = response.header("lambda-runtime-deadline-ms");
    std::from_chars(deadline.data(), deadline.data() + deadline.size(),
                    invocation.deadline_ms);
    // What libraries that trace look for.
    ::setenv("_X_AMZN_TRACE_ID", response.header("lambda-runtime-trace-id").c_str(), 1);
    return invocation;
  }

  Status Respond(const Invocation& invocation, const Result<std::string>& response) {
    if (!response.ok()) return RespondError(invocation, response.status());
    if (response->size() > kMaxResponse) {
      return RespondError(invocation,
                          Status::CapacityError("the response has ", response->size(),
                                                " bytes of at most ", kMaxResponse));
    }
    return Post("invocation/" + invocation.id + "/response", *response, "");
  }

  Status InitError(const Status& why) {
    return Post("init/error", ErrorJson(why), TypeOf(why));
  }

 private:
  Status RespondError(const Invocation& invocation, const Status& why) {
    return Post("invocation/" + invocation.id + "/error", ErrorJson(why), TypeOf(why));
  }

  /// An answer that got lost is sent again. One that came already is refused then (400).
  Status Post(const std::string& path, const std::string& body,
              const std::string& error_type) {
    HttpRequest request;
    request.method = "POST";
    request.url = base_ + path;
    request.body = body;
    request.is_direct = true;
    request.headers = {"Content-Type: application/json"};
    if (!error_type.empty()) {
      request.headers.push_back("Lambda-Runtime-Function-Error-Type: " + error_type);
    }
    int tries = 0;
    const auto response = SendWithRetries(kPostPolicy, [&] {
      ++tries;
      return http_.Send(request);
    });
    if (!response.ok()) return response.status();
    if (response->status == kAccepted) return Status::OK();
    const bool is_final = response->status < 500;
    if (is_final && (response->status == kTooLarge || tries > 1)) return Status::OK();
    return Failed(path, response->status);
  }

  static Status Failed(const std::string& call, int status) {
    return Status::IOError("Lambda's runtime API: ", call, ": HTTP ", status);
  }

  const std::string base_;
  HttpClient http_;
};

}  // namespace

Status RunInvocations(const std::string& api, const InvocationHandler& handle) {
  RuntimeApi runtime(api);
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const Invocation invocation, runtime.Next());
    ARROW_RETURN_NOT_OK(runtime.Respond(invocation, handle(invocation)));
  }
}

Status ReportInitError(const std::string& api, const Status& why) {
  return RuntimeApi(api).InitError(why);
}

}  // namespace flowlake
