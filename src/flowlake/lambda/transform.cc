#include "flowlake/lambda/transform.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "flowlake/aws/aws_host.h"
#include "flowlake/aws/aws_json_client.h"
#include "flowlake/base/base64.h"
#include "flowlake/base/json_member.h"
#include "flowlake/base/uuid.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/source/delivered_records.h"
#include "flowlake/source/gunzip.h"
#include "flowlake/source/gzip.h"

namespace flowlake {

namespace {

/// "Amazon Data Firehose Quota": 500 records or 4 MiB per PutRecordBatch; PutRecords of
/// Kinesis takes more.
constexpr size_t kPutRecords = 500;
constexpr size_t kPutBytes = 3'500'000;
constexpr int kPutTries = 5;
// Records that were put although the answer got lost would be there twice.
constexpr RetryPolicy kPutPolicy = {.repeats_lost_answers = false};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// A record, looked into.
struct Content {
  bool is_control = false;
  std::string log_group;
  std::vector<std::string> lines;
  std::string document;  ///< of CloudWatch Logs, unzipped; else empty
};

std::optional<Content> LookInto(const std::string& data) {
  std::string plain = data;
  if (IsGzip(data) || IsZlib(data)) {
    auto unzipped = Unzip(data, kMaxPlainRecord);
    if (!unzipped.ok()) return std::nullopt;
    plain = *std::move(unzipped);
  }
  Content content;
  const size_t begin = plain.find_first_not_of(" \t\r\n");
  if (begin == plain.npos) return std::nullopt;
  if (plain[begin] != '{') {
    for (const std::string_view line : Split(plain, '\n'))
      content.lines.emplace_back(line);
    return content;
  }
  const Json json = Json::parse(plain, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  if (const std::string message = TextAt(json, "message"); !message.empty()) {
    content.lines = {message};
    return content;
  }
  content.is_control = TextAt(json, "messageType") == "CONTROL_MESSAGE";
  content.log_group = TextAt(json, "logGroup");
  const auto events = json.find("logEvents");
  if (events == json.end() || !events->is_array()) return std::nullopt;
  for (const Json& event : *events) {
    if (!event.is_object()) return std::nullopt;
    content.lines.push_back(TextAt(event, "message"));
  }
  content.document = std::move(plain);
  return content;
}

/// A line as a JSON object; nullopt if it has not these fields.
std::optional<std::string> LineAsJson(std::string_view line,
                                      const std::vector<std::string>& fields) {
  const auto values = Split(line, ' ');
  if (values.size() != fields.size()) return std::nullopt;
  const Schema& schema = VpcFlowSchema();
  Json json = Json::object();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (values[i] == "-") continue;
    const int column = schema.IndexOf(fields[i]);
    const bool is_text = column < 0 || schema.field(column).type == ColumnType::kString;
    Json number;
    if (!is_text) number = Json::parse(values[i], nullptr, /*allow_exceptions=*/false);
    if (!is_text && !number.is_number_integer()) return std::nullopt;
    json[fields[i]] = is_text ? Json(std::string(values[i])) : std::move(number);
  }
  return WriteJson(json);
}

class Transformation {
 public:
  Transformation(const Json& event, const TransformOptions& options)
      : stream_(TextAt(event, "sourceKinesisStreamArn").empty()
                    ? TextAt(event, "deliveryStreamArn")
                    : TextAt(event, "sourceKinesisStreamArn")),
        options_(options) {}

  Status Add(const Json& record) {
    const std::string id = TextAt(record, "recordId");
    std::string data;
    if (id.empty()) return Status::Invalid("a record without recordId");
    if (!AppendBase64Decoded(TextAt(record, "data"), data)) return Answer(id, kFailed);
    auto content = LookInto(data);
    if (!content) return Answer(id, kFailed);
    if (content->is_control) return Answer(id, "Dropped");
    const auto text = Render(*content);
    if (!text) return Answer(id, kFailed);
    const size_t size = Base64Length(text->size());
    if (used_ + size <= options_.max_bytes) {
      used_ += size;
      return Answer(id, "Ok", EncodeBase64(*text));
    }
    if (size <= options_.max_bytes) {
      back_.push_back(std::move(data));
    } else if (!Halve(*content)) {
      return Answer(id, kFailed);
    }
    return Answer(id, "Dropped");
  }

  Result<std::string> Finish() {
    if (!back_.empty()) ARROW_RETURN_NOT_OK(options_.put_back(back_));
    return WriteJson({{"records", std::move(answers_)}});
  }

 private:
  static constexpr char kFailed[] = "ProcessingFailed";

  Status Answer(const std::string& id, const char* result, std::string data = {}) {
    answers_.push_back({{"recordId", id}, {"result", result}, {"data", std::move(data)}});
    return Status::OK();
  }

  std::optional<std::string> Render(const Content& content) const {
    std::string text;
    const std::vector<std::string> fields =
        options_.is_json ? FieldsOf(content) : std::vector<std::string>();
    for (const std::string& line : content.lines) {
      if (!options_.is_json) {
        text += line;
      } else if (const auto json = LineAsJson(line, fields)) {
        text += *json;
      } else {
        return std::nullopt;
      }
      if (!text.ends_with('\n')) text += '\n';
    }
    return text;
  }

  std::vector<std::string> FieldsOf(const Content& content) const {
    Input input;
    input.name = "firehose:" + stream_.substr(stream_.rfind('/') + 1);
    input.origin = {content.log_group, stream_, {}};
    const LakeSettings* settings = options_.settings;
    const bool is_flow_log = settings != nullptr && settings->LogFor(input) == nullptr;
    auto fields = is_flow_log ? settings->FieldsFor(input) : std::vector<std::string>();
    return fields.empty() ? DefaultVpcFields() : fields;
  }

  /// Two records of half of its events each; false if it has but one.
  bool Halve(const Content& content) {
    if (content.document.empty() || content.lines.size() < 2) return false;
    Json half = Json::parse(content.document);  // as it was before
    const Json events = std::move(half["logEvents"]);
    const auto middle = static_cast<std::ptrdiff_t>(events.size() / 2);
    for (const auto& [begin, end] : {std::pair(events.begin(), events.begin() + middle),
                                     std::pair(events.begin() + middle, events.end())}) {
      half["logEvents"] = Json::array();
      half["logEvents"].insert(half["logEvents"].end(), begin, end);
      back_.push_back(Gzip(WriteJson(half)));
    }
    return true;
  }

  const std::string stream_;
  const TransformOptions& options_;
  Json answers_ = Json::array();
  std::vector<std::string> back_;
  size_t used_ = 0;
};

/// What of `records` the service did not take, by its answer.
std::vector<std::string> NotTaken(const std::vector<std::string>& records,
                                  const std::string& answer, const char* list) {
  const Json json = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find(list) : json.end();
  if (!json.is_object() || found == json.end() || found->size() != records.size()) {
    return {};
  }
  std::vector<std::string> left;
  for (size_t i = 0; i < records.size(); ++i) {
    if (!TextAt((*found)[i], "ErrorCode").empty()) left.push_back(records[i]);
  }
  return left;
}

Status PutSome(AwsJsonClient& client, const std::string& stream, bool is_kinesis,
               std::vector<std::string> records) {
  const char* list = is_kinesis ? "Records" : "RequestResponses";
  for (int tries = 0; tries < kPutTries && !records.empty(); ++tries) {
    Json input{{is_kinesis ? "StreamARN" : "DeliveryStreamName",
                is_kinesis ? stream : stream.substr(stream.rfind('/') + 1)},
               {"Records", Json::array()}};
    for (const std::string& record : records) {
      Json put{{"Data", EncodeBase64(record)}};
      if (is_kinesis) put["PartitionKey"] = NewUuid();
      input["Records"].push_back(std::move(put));
    }
    ARROW_ASSIGN_OR_RAISE(const std::string answer,
                          client.Call(is_kinesis ? "PutRecords" : "PutRecordBatch",
                                      WriteJson(input), kPutPolicy));
    records = NotTaken(records, answer, list);
  }
  if (records.empty()) return Status::OK();
  return Status::IOError("put ", records.size(), " records back into ", stream,
                         ": it does not take them");
}

}  // namespace

Result<std::string> TransformRecords(const Json& event, const TransformOptions& options) {
  const Json* records = MemberAt(event, "records");
  if (records == nullptr || !records->is_array()) {
    return Status::Invalid("the event has no records");
  }
  Transformation transformation(event, options);
  for (const Json& record : *records) {
    if (!record.is_object()) return Status::Invalid("a record is no object");
    ARROW_RETURN_NOT_OK(transformation.Add(record));
  }
  return transformation.Finish();
}

Status PutRecordsBack(const std::string& delivery_stream_arn,
                      const std::string& kinesis_stream_arn,
                      const std::vector<std::string>& records) {
  const bool is_kinesis = !kinesis_stream_arn.empty();
  const std::string& stream = is_kinesis ? kinesis_stream_arn : delivery_stream_arn;
  ARROW_ASSIGN_OR_RAISE(
      const auto client,
      AwsJsonClient::Make({is_kinesis ? "kinesis" : "firehose",
                           is_kinesis ? "Kinesis_20131202" : "Firehose_20150804", "1.1",
                           RegionOfArn(stream), ""}));
  std::vector<std::string> some;
  size_t bytes = 0;
  for (const std::string& record : records) {
    const size_t size = Base64Length(record.size());
    if (!some.empty() && (some.size() == kPutRecords || bytes + size > kPutBytes)) {
      ARROW_RETURN_NOT_OK(PutSome(*client, stream, is_kinesis, std::exchange(some, {})));
      bytes = 0;
    }
    bytes += size;
    some.push_back(record);
  }
  return PutSome(*client, stream, is_kinesis, std::move(some));
}

}  // namespace flowlake
