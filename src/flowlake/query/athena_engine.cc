#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "flowlake/aws/aws_json_client.h"
#include "flowlake/base/escape.h"
#include "flowlake/base/json_member.h"
#include "flowlake/base/uuid.h"
#include "flowlake/query/cost.h"
#include "flowlake/query/remote_engine.h"
#include "flowlake/query/remote_rows.h"

namespace flowlake {

namespace {

using Json = nlohmann::json;

constexpr auto kPoll = std::chrono::milliseconds(250);

const Json& ObjectAt(const Json& json, const char* name) {
  static const Json kNothing = Json::object();
  const auto found = json.find(name);
  return found != json.end() && found->is_object() ? *found : kNothing;
}

const Json& ListAt(const Json& json, const char* name) {
  static const Json kNothing = Json::array();
  const auto found = json.find(name);
  return found != json.end() && found->is_array() ? *found : kNothing;
}

/// Athena at an address, in JSON.
class AthenaClient {
 public:
  AthenaClient(EngineAddress address, std::unique_ptr<AwsJsonClient> client)
      : address_(std::move(address)), client_(std::move(client)) {}

  const EngineAddress& address() const { return address_; }

  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("query Athena in ", client_->service().region, ": ", cause...);
  }

  Result<Json> Call(const char* operation, const Json& input) {
    auto answer = client_->Call(
        operation, input.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    if (!answer.ok()) {
      return answer.status().WithMessage(Fail(answer.status().message()).message());
    }
    Json json = Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
    if (json.is_object()) return json;
    return Fail(operation, ": the answer is not JSON");
  }

 private:
  const EngineAddress address_;
  const std::unique_ptr<AwsJsonClient> client_;
};

class AthenaAnswer final : public Answer {
 public:
  AthenaAnswer(std::shared_ptr<AthenaClient> client,
               std::shared_ptr<std::atomic<bool>> interrupted)
      : client_(std::move(client)), interrupted_(std::move(interrupted)) {}

  Status Start(const std::string& sql) {
    ARROW_ASSIGN_OR_RAISE(const Json started,
                          client_->Call("StartQueryExecution", StartInput(sql)));
    id_ = TextAt(started, "QueryExecutionId");
    ARROW_RETURN_NOT_OK(Wait());
    return FetchPage(/*is_first=*/true);
  }

  std::shared_ptr<arrow::Schema> schema() const override { return rows_->schema(); }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    while (!has_data_) {
      if (token_.empty()) return nullptr;
      ARROW_RETURN_NOT_OK(FetchPage(/*is_first=*/false));
    }
    has_data_ = false;
    return rows_->Flush();
  }

  QueryStatistics statistics() const override { return statistics_; }

 private:
  Json StartInput(const std::string& sql) const {
    const EngineAddress& address = client_->address();
    const auto parameter = [&](const char* name) {
      const auto found = address.parameters.find(name);
      return found == address.parameters.end() ? std::string() : found->second;
    };
    Json input{{"QueryString", sql},
               {"ClientRequestToken", NewUuid()},
               {"WorkGroup", address.host}};
    if (const auto output = parameter("output"); !output.empty()) {
      input["ResultConfiguration"] = {{"OutputLocation", output}};
    }
    Json context = Json::object();
    if (const auto name = parameter("catalog"); !name.empty()) context["Catalog"] = name;
    if (const auto name = parameter("database"); !name.empty())
      context["Database"] = name;
    if (!context.empty()) input["QueryExecutionContext"] = context;
    return input;
  }

  /// Until the query has ended.
  Status Wait() {
    while (true) {
      ARROW_ASSIGN_OR_RAISE(
          const Json described,
          client_->Call("GetQueryExecution", {{"QueryExecutionId", id_}}));
      const Json& execution = ObjectAt(described, "QueryExecution");
      TakeStatistics(ObjectAt(execution, "Statistics"));
      const Json& status = ObjectAt(execution, "Status");
      const std::string state = TextAt(status, "State");
      if (state == "SUCCEEDED") return Status::OK();
      if (state == "FAILED" || state == "CANCELLED") return Explain(state, status);
      ARROW_RETURN_NOT_OK(StopIfInterrupted());
      std::this_thread::sleep_for(kPoll);
    }
  }

  Status StopIfInterrupted() {
    if (!*interrupted_) return Status::OK();
    ARROW_UNUSED(client_->Call("StopQueryExecution", {{"QueryExecutionId", id_}}));
    return Status::Cancelled("interrupted");
  }

  Status Explain(const std::string& state, const Json& status) const {
    const Json& error = ObjectAt(status, "AthenaError");
    const std::string reason = EscapeForTerminal(TextAt(status, "StateChangeReason"));
    constexpr int kUsers = 2;
    const auto category = error.find("ErrorCategory");
    if (category != error.end() && *category == kUsers) {
      return Status::Invalid("Athena: ", reason);
    }
    return client_->Fail(state, " ", reason);
  }

  void TakeStatistics(const Json& stats) {
    const auto number = [&](const char* name) {
      const auto found = stats.find(name);
      return found != stats.end() && found->is_number_integer() ? found->get<int64_t>()
                                                                : 0;
    };
    statistics_.engine = "Athena";
    statistics_.bytes_scanned = number("DataScannedInBytes");
    statistics_.seconds = static_cast<double>(number("TotalExecutionTimeInMillis")) / 1e3;
    statistics_.athena_usd = AthenaUsd(statistics_.bytes_scanned);
  }

  Status FetchPage(bool is_first) {
    Json input{{"QueryExecutionId", id_}, {"MaxResults", 1000}};
    if (!token_.empty()) input["NextToken"] = token_;
    ARROW_ASSIGN_OR_RAISE(const Json page, client_->Call("GetQueryResults", input));
    token_ = TextAt(page, "NextToken");
    const Json& set = ObjectAt(page, "ResultSet");
    if (is_first) MakeRows(ObjectAt(set, "ResultSetMetadata"));
    const Json& rows = ListAt(set, "Rows");
    for (size_t i = 0; i < rows.size(); ++i) {
      const Json row = ValuesOf(rows[i]);
      // The first row of a SELECT repeats the columns' names.
      if (is_first && i == 0 && row == Json(labels_)) continue;
      ARROW_RETURN_NOT_OK(rows_->Append(row));
      has_data_ = true;
    }
    return Status::OK();
  }

  void MakeRows(const Json& metadata) {
    std::vector<std::pair<std::string, std::string>> columns;
    for (const Json& column : ListAt(metadata, "ColumnInfo")) {
      columns.emplace_back(TextAt(column, "Name"), TextAt(column, "Type"));
      labels_.push_back(TextAt(column, "Name"));
    }
    rows_ = std::make_unique<RemoteRows>(columns);
  }

  static Json ValuesOf(const Json& row) {
    Json values = Json::array();
    for (const Json& cell : ListAt(row, "Data")) {
      const auto value = cell.find("VarCharValue");
      values.push_back(value == cell.end() ? Json() : *value);
    }
    return values;
  }

  const std::shared_ptr<AthenaClient> client_;
  const std::shared_ptr<std::atomic<bool>> interrupted_;
  std::string id_;
  std::string token_;  // "" once there are no more pages
  std::vector<std::string> labels_;
  std::unique_ptr<RemoteRows> rows_;
  bool has_data_ = false;  // of rows_
  QueryStatistics statistics_;
};

class AthenaEngine final : public RemoteEngine {
 public:
  explicit AthenaEngine(std::shared_ptr<AthenaClient> client)
      : client_(std::move(client)) {}

  Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                      const QueryOptions& options) override {
    *interrupted_ = false;
    if (options.max_scan_bytes) return Estimate(sql).status();
    auto answer = std::make_unique<AthenaAnswer>(client_, interrupted_);
    ARROW_RETURN_NOT_OK(answer->Start(sql));
    return answer;
  }

  void Interrupt() override { *interrupted_ = true; }

 private:
  const std::shared_ptr<AthenaClient> client_;
  const std::shared_ptr<std::atomic<bool>> interrupted_ =
      std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

Result<std::unique_ptr<Engine>> MakeAthenaEngine(EngineAddress address) {
  ARROW_ASSIGN_OR_RAISE(
      auto client,
      AwsJsonClient::Make({"athena", "AmazonAthena", "1.1", address.parameters["region"],
                           address.parameters["endpoint"]}));
  return std::make_unique<AthenaEngine>(
      std::make_shared<AthenaClient>(std::move(address), std::move(client)));
}

}  // namespace flowlake
