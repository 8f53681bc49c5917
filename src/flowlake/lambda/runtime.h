/// The loop of a Lambda function with a runtime of its own.
/// Source: AWS, "Using the Lambda runtime API for custom runtimes".
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "flowlake/base/status.h"

namespace flowlake {

struct Invocation {
  std::string id;
  std::string event;        ///< JSON
  int64_t deadline_ms = 0;  ///< milliseconds since the epoch; then it is killed
};

/// The response, JSON; an error is reported as that of the invocation, which the service
/// may repeat.
using InvocationHandler = std::function<Result<std::string>(const Invocation&)>;

/// Answers one invocation after the other; `api` is $AWS_LAMBDA_RUNTIME_API, "host:port".
/// Returns only with an error: the runtime API is gone, or does not take an answer.
Status RunInvocations(const std::string& api, const InvocationHandler& handle);

/// Tells the service that the function cannot even start, and why.
Status ReportInitError(const std::string& api, const Status& why);

}  // namespace flowlake
