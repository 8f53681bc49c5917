/// The function as a transformation of a Firehose stream: CloudWatch Logs records become
/// lines, or JSON for Firehose's own conversion.
/// Source: AWS, "Transform source data in Amazon Data Firehose".
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/ingest/settings.h"

namespace flowlake {

/// What of the response must stay below the limit of Lambda, with room for its envelope.
inline constexpr size_t kMaxTransformed = 5'500'000;

/// Puts records, as they came, back into the stream.
using PutBack = std::function<Status(const std::vector<std::string>& records)>;

struct TransformOptions {
  bool is_json = false;  ///< objects with AWS's names, underscores; else the lines
  const LakeSettings* settings = nullptr;  ///< which fields lines without a header have
  PutBack put_back;
  size_t max_bytes = kMaxTransformed;
};

/// The response to `event`, as text: every record id once, as `Ok`, `Dropped` (control
/// messages, and what went back into the stream because it no longer fits), or
/// `ProcessingFailed` (no text of a log). A CloudWatch Logs record that alone is too
/// large goes back as two halves. An error, for instance of `put_back`, asks for all of
/// it again.
Result<std::string> TransformRecords(const nlohmann::ordered_json& event,
                                     const TransformOptions& options);

/// Puts back by Firehose's PutRecordBatch, or into the Kinesis stream that it reads.
Status PutRecordsBack(const std::string& delivery_stream_arn,
                      const std::string& kinesis_stream_arn,
                      const std::vector<std::string>& records);

}  // namespace flowlake
