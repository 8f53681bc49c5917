#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "flowlake/aws/http_client.h"
#include "flowlake/aws/retry.h"
#include "flowlake/base/base64.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/base/json_member.h"
#include "flowlake/query/cost.h"
#include "flowlake/query/remote_engine.h"
#include "flowlake/query/remote_rows.h"

namespace flowlake {

namespace {

using Json = nlohmann::json;

// "Trino client REST API": 502, 503 and 504 mean that the client should ask again soon.
// A page may be asked for twice, but a statement whose answer got lost may be running.
constexpr RetryPolicy kStatement = {.max_tries = 40,
                                    .first_pause = 100,
                                    .longest_pause = 1'000,
                                    .time_limit = 30'000,
                                    .repeats_lost_answers = false};
constexpr RetryPolicy kPage = {
    .max_tries = 40, .first_pause = 100, .longest_pause = 1'000, .time_limit = 30'000};

/// Requests to one coordinator.
class Session {
 public:
  explicit Session(EngineAddress address) : address_(std::move(address)) {
    const bool is_secure = address_.scheme == "trinos";
    root_ = (is_secure ? "https://" : "http://") + address_.host;
    headers_ = {"X-Trino-User: " + address_.user,
                "X-Trino-Source: flowlake",
                "X-Trino-Catalog: " + address_.catalog,
                "X-Trino-Schema: " + address_.schema,
                "X-Trino-Time-Zone: UTC",
                "Content-Type: text/plain"};
    const char* password = std::getenv("FLOWLAKE_TRINO_PASSWORD");
    // Never over a connection that others can read.
    if (is_secure && password != nullptr) {
      headers_.push_back("Authorization: Basic " +
                         EncodeBase64(address_.user + ":" + password));
    }
  }

  Result<Json> Post(const std::string& sql) {
    return Ask({.method = "POST", .url = root_ + "/v1/statement", .body = sql});
  }
  Result<Json> Get(const std::string& url) {
    ARROW_RETURN_NOT_OK(CheckIsOurs(url));
    return Ask({.method = "GET", .url = url, .body = {}});
  }
  /// As good as it can be: the query ends by itself if nobody asks for its rows.
  void Cancel(const std::string& url) {
    if (!CheckIsOurs(url).ok()) return;
    HttpRequest request;
    request.method = "DELETE";
    request.url = url;
    request.headers = headers_;
    ARROW_UNUSED(http_.Send(request));
  }

  template <typename... Cause>
  Status Fail(const Cause&... cause) const {
    return Status::IOError("query ", root_, ": ", cause...);
  }

 private:
  struct Question {
    std::string method;
    std::string url;
    std::string body;
  };

  /// The user's name and password go to nobody else.
  Status CheckIsOurs(const std::string& url) const {
    if (url.starts_with(root_ + "/")) return Status::OK();
    return Fail("it sends on to another host: ", EscapeForTerminal(url));
  }

  Result<Json> Ask(const Question& question) {
    HttpRequest request;
    request.method = question.method;
    request.url = question.url;
    request.headers = headers_;
    request.body = question.body;
    const RetryPolicy& policy = question.method == "GET" ? kPage : kStatement;
    const auto response = SendWithRetries(policy, [&] { return http_.Send(request); });
    if (!response.ok()) return Fail(response.status().message());
    if (response->status != 200) {
      return Fail("HTTP ", response->status, " ",
                  EscapeForTerminal(response->body.substr(0, 200)));
    }
    Json json = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return Fail("the answer is not Trino's");
    return json;
  }

  const EngineAddress address_;
  std::string root_;
  std::vector<std::string> headers_;
  HttpClient http_;
};

int64_t NumberAt(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

class TrinoAnswer final : public Answer {
 public:
  TrinoAnswer(std::shared_ptr<Session> session,
              std::shared_ptr<std::atomic<bool>> interrupted,
              std::function<void(double)> on_progress)
      : session_(std::move(session)),
        interrupted_(std::move(interrupted)),
        on_progress_(std::move(on_progress)) {}
  ~TrinoAnswer() override {
    if (!next_.empty()) session_->Cancel(next_);
  }

  /// Until the columns are known.
  Status Start(const std::string& sql) {
    ARROW_ASSIGN_OR_RAISE(Json page, session_->Post(sql));
    ARROW_RETURN_NOT_OK(Take(page));
    while (!next_.empty() && (rows_ == nullptr || !has_data_)) {
      ARROW_RETURN_NOT_OK(Advance());
    }
    if (rows_ == nullptr) rows_ = std::make_unique<RemoteRows>(Columns{});
    return Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return rows_->schema(); }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    while (!has_data_) {
      if (next_.empty()) return nullptr;
      ARROW_RETURN_NOT_OK(Advance());
    }
    has_data_ = false;
    return rows_->Flush();
  }

  QueryStatistics statistics() const override { return statistics_; }

 private:
  using Columns = std::vector<std::pair<std::string, std::string>>;

  Status Advance() {
    if (*interrupted_) {
      session_->Cancel(std::exchange(next_, ""));
      return Status::Cancelled("interrupted");
    }
    ARROW_ASSIGN_OR_RAISE(const Json page, session_->Get(next_));
    return Take(page);
  }

  Status Take(const Json& page) {
    next_ = TextAt(page, "nextUri");
    if (const auto error = page.find("error"); error != page.end())
      return Explain(*error);
    TakeStatistics(page);
    TakeColumns(page);
    const auto data = page.find("data");
    if (data == page.end() || !data->is_array() || rows_ == nullptr) return Status::OK();
    for (const Json& row : *data) ARROW_RETURN_NOT_OK(rows_->Append(row));
    has_data_ |= !data->empty();
    return Status::OK();
  }

  void TakeColumns(const Json& page) {
    const auto columns = page.find("columns");
    if (rows_ != nullptr || columns == page.end() || !columns->is_array()) return;
    Columns named;
    for (const Json& column : *columns) {
      named.emplace_back(TextAt(column, "name"), TextAt(column, "type"));
    }
    rows_ = std::make_unique<RemoteRows>(named);
  }

  void TakeStatistics(const Json& page) {
    const auto stats = page.find("stats");
    if (stats == page.end()) return;
    statistics_.engine = "Trino";
    statistics_.bytes_scanned = NumberAt(*stats, "physicalInputBytes");
    statistics_.seconds =
        static_cast<double>(NumberAt(*stats, "elapsedTimeMillis")) / 1e3;
    statistics_.athena_usd = AthenaUsd(statistics_.bytes_scanned);
    const auto all = static_cast<double>(NumberAt(*stats, "totalSplits"));
    if (on_progress_ && all > 0) {
      on_progress_(static_cast<double>(NumberAt(*stats, "completedSplits")) / all);
    }
  }

  Status Explain(const Json& error) const {
    const std::string message =
        EscapeForTerminal(TextAt(error, "errorName") + ": " + TextAt(error, "message"));
    const bool is_users = TextAt(error, "errorType") == "USER_ERROR";
    return is_users ? Status::Invalid("Trino: ", message) : session_->Fail(message);
  }

  const std::shared_ptr<Session> session_;
  const std::shared_ptr<std::atomic<bool>> interrupted_;
  const std::function<void(double)> on_progress_;
  std::string next_;  // "" once there are no more pages
  std::unique_ptr<RemoteRows> rows_;
  bool has_data_ = false;  // of rows_
  QueryStatistics statistics_;
};

class TrinoEngine final : public RemoteEngine {
 public:
  explicit TrinoEngine(EngineAddress address)
      : session_(std::make_shared<Session>(std::move(address))) {}

  Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                      const QueryOptions& options) override {
    *interrupted_ = false;
    if (options.max_scan_bytes) return Estimate(sql).status();
    auto answer =
        std::make_unique<TrinoAnswer>(session_, interrupted_, options.on_progress);
    ARROW_RETURN_NOT_OK(answer->Start(sql));
    return answer;
  }

  void Interrupt() override { *interrupted_ = true; }

 private:
  const std::shared_ptr<Session> session_;
  const std::shared_ptr<std::atomic<bool>> interrupted_ =
      std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

std::unique_ptr<Engine> MakeTrinoEngine(EngineAddress address) {
  return std::make_unique<TrinoEngine>(std::move(address));
}

}  // namespace flowlake
