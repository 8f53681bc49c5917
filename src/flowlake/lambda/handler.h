/// What the function does with an event: ingest (always staged), commit, or upkeep.
#pragma once

#include <cstdint>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/lambda/runtime.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct LambdaOptions {
  std::string lake;          ///< "s3://bucket/prefix"
  int64_t memory_bytes = 0;  ///< of the function; 0: as `ingest` does
  /// Before the deadline by so much nothing new is begun.
  int64_t margin_ms = 10'000;
  /// What a transformation of a Firehose stream makes: JSON, or the lines.
  bool transforms_to_json = false;
  /// What Firehose must send where the function is its HTTP endpoint; empty: it is none.
  std::string access_key{};
};

/// From $FLOWLAKE_LAKE, $FLOWLAKE_TRANSFORM ("lines" or "json"), $FLOWLAKE_ACCESS_KEY and
/// $AWS_LAMBDA_FUNCTION_MEMORY_SIZE. Invalid says what is missing or wrong.
Result<LambdaOptions> LambdaOptionsFromEnvironment();

/// Keeps a lake open over invocations, and nothing else.
class LambdaHandler {
 public:
  /// `open_logs` gives the buckets of logs.
  static Result<LambdaHandler> Open(const LambdaOptions& options,
                                    const StoreOpener& open_logs = OpenLogStore);

  /// Events are told apart by their shape:
  ///   S3 notifications, EventBridge, SNS     their objects (source/object_event.h)
  ///   SQS                                    the same, message by message
  ///   Kinesis                                behind what the shard has claimed
  ///   CloudWatch Logs subscriptions          the document
  ///   HTTP requests of a function URL        Firehose's deliveries
  ///   Firehose transformations               nothing is staged (lambda/transform.h)
  ///   {"do": "commit" | "compact" | "maintain"}, schedules
  ///   {"do": "sweep", "source": "s3://…", "days": 3}
  /// The response is JSON: of SQS and Kinesis which items failed, else what was done. An
  /// error asks the service for the same event again.
  Result<std::string> Handle(const Invocation& invocation);

 private:
  LambdaHandler(Lake lake, LambdaOptions options, StoreOpener open_logs)
      : lake_(std::move(lake)),
        options_(std::move(options)),
        open_logs_(std::move(open_logs)) {}

  Lake lake_;
  LambdaOptions options_;
  StoreOpener open_logs_;
};

}  // namespace flowlake
