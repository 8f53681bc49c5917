/// An SQS queue of S3's events.
/// Source: AWS, Amazon SQS API Reference: ReceiveMessage, DeleteMessageBatch.
#pragma once

#include <memory>
#include <string>

#include "flowlake/aws/aws_json_client.h"
#include "flowlake/base/status.h"
#include "flowlake/server/lake_writer.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

/// The service behind `url`, which is as SQS shows it:
/// "https://sqs.us-east-1.amazonaws.com/123456789012/logs". Invalid if it is none.
Result<AwsService> LocateQueue(const std::string& url);

/// Not thread-safe.
class QueueReader {
 public:
  /// As LocateQueue. `writer` outlives it.
  static Result<std::unique_ptr<QueueReader>> Open(const std::string& url,
                                                   LakeWriter& writer,
                                                   StoreOpener open = OpenLogStore);

  /// Waits some seconds for messages, ingests the objects that they tell of, and deletes
  /// those whose objects are in the lake, or refused, or gone. The others come again,
  /// until the queue's redrive policy takes them.
  Status Poll();

 private:
  struct Message;
  QueueReader(std::string url, std::unique_ptr<AwsJsonClient> client, LakeWriter& writer,
              StoreOpener open);

  Result<std::vector<Message>> Receive();
  Status Delete(const std::vector<Message>& messages);

  const std::string url_;
  const std::unique_ptr<AwsJsonClient> client_;
  LakeWriter& writer_;
  const StoreOpener open_;
};

}  // namespace flowlake
