/// The function as an HTTP endpoint of Firehose, behind a function URL (or an API of API
/// Gateway with payload format 2.0).
/// Sources: AWS, "Invoking Lambda function URLs", request payload format; "Understand
/// HTTP endpoint delivery request and response specifications".
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "flowlake/lambda/staging.h"

namespace flowlake {

/// Whether `event` is an HTTP request.
bool IsHttpRequest(const nlohmann::ordered_json& event);

/// Stages a delivery, known by its request id, and answers with 200 only once that is
/// durable: anything else than what Firehose repeats (never 413) would lose records. A
/// request without the access key is refused, and so are all where `access_key` is empty.
/// What was staged is added to `summary`.
nlohmann::ordered_json TakeHttpDelivery(const StagingContext& context,
                                        const nlohmann::ordered_json& event,
                                        const std::string& access_key,
                                        IngestSummary& summary);

}  // namespace flowlake
