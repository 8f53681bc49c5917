#include "flowlake/lambda/run_lambda.h"

#include <cstdlib>

#include "flowlake/lambda/handler.h"
#include "flowlake/lambda/runtime.h"

namespace flowlake {

Status RunLambda() {
  const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (api == nullptr) {
    return Status::Invalid(
        "AWS_LAMBDA_RUNTIME_API is not set: this runs as a Lambda function "
        "(doc/lambda.md)");
  }
  const auto options = LambdaOptionsFromEnvironment();
  auto handler = options.ok() ? LambdaHandler::Open(*options)
                              : Result<LambdaHandler>(options.status());
  if (!handler.ok()) {
    ARROW_RETURN_NOT_OK(ReportInitError(api, handler.status()));
    return handler.status();
  }
  return RunInvocations(
      api, [&](const Invocation& invocation) { return handler->Handle(invocation); });
}

}  // namespace flowlake
