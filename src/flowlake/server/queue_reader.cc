#include "flowlake/server/queue_reader.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "flowlake/base/log.h"
#include "flowlake/source/object_event.h"
#include "flowlake/table/json.h"

namespace flowlake {

namespace {

constexpr int kMessages = 10;    // as many as there may be
constexpr int kWaitSeconds = 5;  // a stop waits as long

}  // namespace

struct QueueReader::Message {
  std::string id;
  std::string receipt;
  std::string body;
  std::set<std::string> names{};  ///< of its inputs
};

QueueReader::QueueReader(std::string url, std::unique_ptr<AwsJsonClient> client,
                         LakeWriter& writer, StoreOpener open)
    : url_(std::move(url)),
      client_(std::move(client)),
      writer_(writer),
      open_(std::move(open)) {}

Result<AwsService> LocateQueue(const std::string& url) {
  constexpr std::string_view kAws = "https://sqs.";
  const size_t host = url.find("://");
  const size_t path = host == url.npos ? url.npos : url.find('/', host + 3);
  if (!url.starts_with("http") || path == url.npos || path + 1 == url.size()) {
    return Status::Invalid("'", url, "' is no queue such as ",
                           "https://sqs.us-east-1.amazonaws.com/123456789012/logs");
  }
  AwsService service{"sqs", "AmazonSQS", "1.0", "", ""};
  if (url.starts_with(kAws) && url.find(".amazonaws.") < path) {
    service.region = url.substr(kAws.size(), url.find('.', kAws.size()) - kAws.size());
  } else {
    service.endpoint = url.substr(0, path);
  }
  return service;
}

Result<std::unique_ptr<QueueReader>> QueueReader::Open(const std::string& url,
                                                       LakeWriter& writer,
                                                       StoreOpener open) {
  ARROW_ASSIGN_OR_RAISE(AwsService service, LocateQueue(url));
  ARROW_ASSIGN_OR_RAISE(auto client, AwsJsonClient::Make(std::move(service)));
  return std::unique_ptr<QueueReader>(
      new QueueReader(url, std::move(client), writer, std::move(open)));
}

Result<std::vector<QueueReader::Message>> QueueReader::Receive() {
  const Json request{{"QueueUrl", url_},
                     {"MaxNumberOfMessages", kMessages},
                     {"WaitTimeSeconds", kWaitSeconds}};
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        client_->Call("ReceiveMessage", WriteJson(request)));
  ARROW_ASSIGN_OR_RAISE(const Json answer, ParseJson(text));
  std::vector<Message> messages;
  const Json* found = FindMember(answer, "Messages");
  if (found == nullptr || !found->is_array()) return messages;
  for (const Json& each : *found) {
    Message message;
    ARROW_ASSIGN_OR_RAISE(message.id, StringMember(each, "MessageId"));
    ARROW_ASSIGN_OR_RAISE(message.receipt, StringMember(each, "ReceiptHandle"));
    ARROW_ASSIGN_OR_RAISE(message.body, StringMember(each, "Body"));
    messages.push_back(std::move(message));
  }
  return messages;
}

Status QueueReader::Delete(const std::vector<Message>& messages) {
  if (messages.empty()) return Status::OK();
  Json entries = Json::array();
  for (const Message& message : messages) {
    entries.push_back(
        {{"Id", std::to_string(entries.size())}, {"ReceiptHandle", message.receipt}});
  }
  const Json request{{"QueueUrl", url_}, {"Entries", entries}};
  // One that stays comes again, and the lake has its objects.
  return client_->Call("DeleteMessageBatch", WriteJson(request)).status();
}

Status QueueReader::Poll() {
  ARROW_ASSIGN_OR_RAISE(auto messages, Receive());
  std::vector<Message> understood;
  std::vector<Input> inputs;
  for (Message& message : messages) {
    auto found = FindObjects(message.body, writer_.lake().uri(), open_);
    if (!found.ok()) {
      Log(LogLevel::kError, found.status().message(),
          {{"queue", url_}, {"messageId", message.id}});
      continue;
    }
    for (Input& input : *found) {
      message.names.insert(input.name);
      inputs.push_back(std::move(input));
    }
    understood.push_back(std::move(message));
  }
  ARROW_ASSIGN_OR_RAISE(const auto failed, writer_.Write(inputs));
  std::erase_if(understood, [&](const Message& message) {
    return std::ranges::any_of(
        message.names, [&](const std::string& name) { return failed.contains(name); });
  });
  return Delete(understood);
}

}  // namespace flowlake
