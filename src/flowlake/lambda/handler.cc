#include "flowlake/lambda/handler.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "flowlake/base/base64.h"
#include "flowlake/base/date.h"
#include "flowlake/base/json_member.h"
#include "flowlake/base/key128.h"
#include "flowlake/lambda/http_delivery.h"
#include "flowlake/lambda/kinesis_batch.h"
#include "flowlake/lambda/staging.h"
#include "flowlake/lambda/transform.h"
#include "flowlake/lambda/upkeep_call.h"
#include "flowlake/source/delivered_records.h"
#include "flowlake/source/object_event.h"

namespace flowlake {

namespace {

/// Objects that are converted between two looks at the clock.
constexpr size_t kObjectsPerStep = 25;
constexpr int64_t kBytesPerStep = int64_t{64} << 20;

/// What the invocation did, for its response and for whoever reads the log.
struct Done {
  int64_t inputs = 0;
  int64_t records = 0;
  int64_t rejects = 0;
  int64_t skipped = 0;
  int64_t refused = 0;

  void Add(const IngestSummary& summary) {
    inputs += summary.files;
    records += summary.records;
    rejects += summary.total_rejects();
    skipped += summary.files_skipped;
    for (const InputProblem& problem : summary.problems) refused += problem.is_refused;
  }

  Json ToJson() const {
    return {{"inputs", inputs},
            {"records", records},
            {"rejects", rejects},
            {"skipped", skipped},
            {"refused", refused}};
  }
};

/// One invocation.
class Work {
 public:
  Work(const Lake& lake, const LambdaOptions& options, const StoreOpener& open,
       const Invocation& invocation)
      : context_{lake, options, invocation.id, invocation.deadline_ms},
        open_(open),
        invocation_(invocation) {}

  Result<std::string> Run() {
    const Json event =
        Json::parse(invocation_.event, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object()) return Status::Invalid("the event is no JSON object");
    if (!IsHttpRequest(event) && MemberAt(event, "records") != nullptr) {
      return Transform(event);
    }
    ARROW_ASSIGN_OR_RAISE(const Json response, Dispatch(event));
    LogLine(LogLevel::kInfo, "done", invocation_.id, done_.ToJson());
    return WriteJson(response);
  }

 private:
  Result<std::string> Transform(const Json& event) const {
    ARROW_ASSIGN_OR_RAISE(const LakeSettings settings, ReadSettings(context_.lake));
    TransformOptions options;
    options.is_json = context_.options.transforms_to_json;
    options.settings = &settings;
    options.put_back = [&](const std::vector<std::string>& records) {
      return PutRecordsBack(TextAt(event, "deliveryStreamArn"),
                            TextAt(event, "sourceKinesisStreamArn"), records);
    };
    return TransformRecords(event, options);
  }

  Result<Json> Dispatch(const Json& event) {
    if (IsHttpRequest(event)) return TakeHttp(event);
    if (TextAt(event, "do") == "sweep") return Sweep(event);
    if (MemberAt(event, "do") != nullptr)
      return CallUpkeep(context_, TextAt(event, "do"));
    if (TextAt(event, "detail-type") == "Scheduled Event") {
      return CallUpkeep(context_, "commit");
    }
    if (const Json* logs = MemberAt(event, "awslogs")) return TakeCloudWatch(*logs);
    const Json* records = MemberAt(event, "Records");
    if (records != nullptr && records->is_array() && !records->empty()) {
      const std::string source = TextAt(records->front(), "eventSource");
      if (source == "aws:sqs") return TakeMessages(*records);
      if (source == "aws:kinesis") return TakeKinesis(*records);
    }
    return TakeObjects();
  }

  Result<Json> TakeHttp(const Json& event) {
    IngestSummary summary;
    Json response =
        TakeHttpDelivery(context_, event, context_.options.access_key, summary);
    done_.Add(summary);
    LogRefused(summary);
    if (response["statusCode"] != 200)
      LogLine(LogLevel::kError, response["body"], invocation_.id);
    return response;
  }

  /// What a lost event would have brought: what lies below `source`, of the last `days`
  /// days where AWS's keys say the day. What the lake has is not read.
  Result<Json> Sweep(const Json& event) {
    const Json* days = MemberAt(event, "days");
    Selection selection;
    if (days != nullptr && days->is_number_integer()) {
      selection.from = DateOfMicros(NowMicros()) - days->get<Date>();
    }
    ARROW_ASSIGN_OR_RAISE(const Listing listing,
                          ListInputs({TextAt(event, "source")}, selection, open_));
    const std::vector<Input>& inputs = listing.inputs;
    const std::set<std::string> failed = Stage(inputs);
    if (failed.empty()) return done_.ToJson();
    return Status::IOError(failed.size(), " of ", inputs.size(),
                           " objects were not staged: ", last_failure_);
  }

  /// Objects that are named directly: all of them, or the event comes again.
  Result<Json> TakeObjects() {
    ARROW_ASSIGN_OR_RAISE(const auto inputs, InputsOf(invocation_.event));
    const std::set<std::string> failed = Stage(inputs);
    if (failed.empty()) return done_.ToJson();
    return Status::IOError(failed.size(), " of ", inputs.size(),
                           " objects must come again: ", last_failure_);
  }

  /// Each message is done or must come again on its own.
  Result<Json> TakeMessages(const Json& messages) {
    std::vector<Input> inputs;
    std::vector<std::pair<std::string, std::set<std::string>>> names;  // by message
    std::set<std::string> failed_messages;
    for (const Json& message : messages) {
      const std::string id = TextAt(message, "messageId");
      const auto found = InputsOf(TextAt(message, "body"));
      if (!found.ok()) {
        LogLine(LogLevel::kError, "message " + id + ": " + found.status().message(),
                invocation_.id);
        failed_messages.insert(id);
        continue;
      }
      auto& [_, of_message] = names.emplace_back(id, std::set<std::string>());
      for (const Input& input : *found) {
        of_message.insert(input.name);
        inputs.push_back(input);
      }
    }
    const std::set<std::string> failed = Stage(inputs);
    for (const auto& [id, of_message] : names) {
      const bool is_failed = std::ranges::any_of(
          of_message, [&](const std::string& name) { return failed.contains(name); });
      if (is_failed) failed_messages.insert(id);
    }
    return Failures({failed_messages.begin(), failed_messages.end()});
  }

  Result<std::vector<Input>> InputsOf(const std::string& body) const {
    return FindObjects(body, context_.lake.uri(), open_);
  }

  /// The names of those that must come again.
  std::set<std::string> Stage(const std::vector<Input>& inputs) {
    std::set<std::string> failed;
    for (size_t at = 0; at < inputs.size();) {
      std::vector<Input> step;
      for (int64_t bytes = 0;
           at < inputs.size() && step.size() < kObjectsPerStep && bytes < kBytesPerStep;
           ++at) {
        bytes += inputs[at].bytes;
        step.push_back(inputs[at]);
      }
      StageStep(step, failed);
    }
    return failed;
  }

  void StageStep(const std::vector<Input>& step, std::set<std::string>& failed) {
    const auto summary = context_.has_time()
                             ? StageInputs(context_, step)
                             : Result<IngestSummary>(Status::IOError("no time is left"));
    if (!summary.ok()) {
      for (const Input& input : step)
        Fail(input.name, summary.status().message(), failed);
      return;
    }
    done_.Add(*summary);
    LogRefused(*summary);
    for (const InputProblem& problem : summary->problems) {
      if (!problem.is_refused) Fail(problem.name, problem.message, failed);
    }
  }

  void Fail(const std::string& name, const std::string& why,
            std::set<std::string>& failed) {
    failed.insert(name);
    last_failure_ = name + ": " + why;
    LogLine(LogLevel::kError, last_failure_, invocation_.id);
  }

  /// "Reporting batch item failures", of SQS and Kinesis.
  Json Failures(const std::vector<std::string>& ids) const {
    Json failures = Json::array();
    for (const std::string& id : ids) failures.push_back({{"itemIdentifier", id}});
    return {{"batchItemFailures", failures}};
  }

  Result<Json> TakeKinesis(const Json& records) {
    std::map<std::pair<std::string, std::string>, KinesisBatch> batches;
    for (const Json& record : records) {
      const std::string event_id = TextAt(record, "eventID");
      const std::string shard = event_id.substr(0, event_id.find(':'));
      const std::string stream = TextAt(record, "eventSourceARN");
      const Json* kinesis = MemberAt(record, "kinesis");
      KinesisRecord parsed;
      if (kinesis != nullptr) parsed.sequence = TextAt(*kinesis, "sequenceNumber");
      if (kinesis == nullptr || parsed.sequence.empty() ||
          !AppendBase64Decoded(TextAt(*kinesis, "data"), parsed.data)) {
        return Status::Invalid("a Kinesis record without sequence number or data");
      }
      KinesisBatch& batch = batches[{stream, shard}];
      batch.stream = stream;
      batch.shard = shard;
      batch.records.push_back(std::move(parsed));
    }
    std::vector<std::string> failed;
    for (const auto& [_, batch] : batches) {
      const auto summary = StageKinesisBatch(context_, batch);
      if (summary.ok()) {
        done_.Add(*summary);
        LogRefused(*summary);
      } else {
        // From there on all of it comes again.
        failed.push_back(batch.records.front().sequence);
        LogLine(LogLevel::kError, summary.status().message(), invocation_.id);
      }
    }
    return Failures(failed);
  }

  /// A subscription that calls the function itself.
  Result<Json> TakeCloudWatch(const Json& logs) {
    std::string zipped;
    if (!AppendBase64Decoded(TextAt(logs, "data"), zipped)) {
      return Status::Invalid("awslogs.data is not base64");
    }
    const std::vector<std::string_view> records = {zipped};
    std::vector<Input> inputs;
    for (RecordGroup& group : GroupRecords(records)) {
      Delivery delivery{std::make_shared<const std::string>(std::move(group.bytes)), "",
                        DateOfMicros(NowMicros())};
      inputs.push_back(DeliveredInput(
          "cloudwatch:" + group.log_group + '#' + HashOf(*delivery.content).ToString(),
          delivery, {group.log_group, "", {}}));
    }
    if (Stage(inputs).empty()) return done_.ToJson();
    return Status::IOError(last_failure_);
  }

  void LogRefused(const IngestSummary& summary) const {
    for (const InputProblem& problem : summary.problems) {
      if (!problem.is_refused) continue;
      LogLine(LogLevel::kWarning, "refused: " + problem.name + ": " + problem.message,
              invocation_.id);
    }
  }

  const StagingContext context_;
  const StoreOpener& open_;
  const Invocation& invocation_;
  Done done_;
  std::string last_failure_;
};

}  // namespace

Result<LambdaOptions> LambdaOptionsFromEnvironment() {
  const char* lake = std::getenv("FLOWLAKE_LAKE");
  if (lake == nullptr || *lake == '\0') {
    return Status::Invalid("set FLOWLAKE_LAKE to the lake, s3://bucket/prefix");
  }
  LambdaOptions options;
  options.lake = lake;
  if (const char* kind = std::getenv("FLOWLAKE_TRANSFORM")) {
    const std::string text = kind;
    if (text != "json" && text != "lines") {
      return Status::Invalid("FLOWLAKE_TRANSFORM is lines or json, not '", text, "'");
    }
    options.transforms_to_json = text == "json";
  }
  if (const char* key = std::getenv("FLOWLAKE_ACCESS_KEY")) options.access_key = key;
  if (const char* megabytes = std::getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")) {
    options.memory_bytes = std::strtoll(megabytes, nullptr, 10) << 20;
  }
  return options;
}

Result<LambdaHandler> LambdaHandler::Open(const LambdaOptions& options,
                                          const StoreOpener& open_logs) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(options.lake));
  ARROW_ASSIGN_OR_RAISE(Lake lake, Lake::OpenOrCreate(std::move(store)));
  return LambdaHandler(std::move(lake), options, open_logs);
}

Result<std::string> LambdaHandler::Handle(const Invocation& invocation) {
  auto response = Work(lake_, options_, open_logs_, invocation).Run();
  if (!response.ok())
    LogLine(LogLevel::kError, response.status().message(), invocation.id);
  return response;
}

}  // namespace flowlake
