#include "flowlake/query/engine.h"

#include <unistd.h>

#include <duckdb.hpp>
#include <duckdb/parser/parser.hpp>
#include <optional>

#include "flowlake/base/temporary_folder.h"
#include "flowlake/query/athena_functions.h"
#include "flowlake/query/catalogue.h"
#include "flowlake/query/dialect.h"
#include "flowlake/query/duckdb_answer.h"
#include "flowlake/query/duckdb_error.h"
#include "flowlake/query/estimate.h"
#include "flowlake/query/function_list.h"
#include "flowlake/query/functions.h"
#include "flowlake/query/macros.h"
#include "flowlake/query/snapshot_scan.h"
#include "flowlake/query/statement_guard.h"
#include "flowlake/query/store_file_system.h"

namespace flowlake {

namespace {

constexpr char kDuckDbVersion[] = "v1.5.5";

/// A session over one in-memory database.
class DuckDbEngine final : public Engine {
 public:
  DuckDbEngine(const Lake& lake, const EngineOptions& options)
      : source_{lake, {options.version, options.as_of_ms}}, options_(options) {}

  ~DuckDbEngine() override {
    mentioned_.Clear();
    connection_.reset();
    database_.reset();
  }

  Status Open() {
    ARROW_ASSIGN_OR_RAISE(spilled_, TemporaryFolder::Make(""));
    return CallDuckDb("open the SQL engine", [&] {
      if (std::string(duckdb::DuckDB::LibraryVersion()) != kDuckDbVersion) {
        return Status::Invalid("libduckdb is ", duckdb::DuckDB::LibraryVersion(),
                               ", not ", kDuckDbVersion);
      }
      duckdb::DBConfig config;
      Configure(config);
      database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
      duckdb::DatabaseInstance& instance = *database_->instance;
      duckdb::DBConfig::GetConfig(instance).replacement_scans.clear();  // FROM 'file'
      instance.GetFileSystem().RegisterSubSystem(duckdb::unique_ptr<duckdb::FileSystem>(
          MakeStoreFileSystem(source_.lake.store(), &meter_, &guard_).release()));
      RegisterSnapshotScan(instance, &mentioned_, &meter_, &guard_);
      RegisterFunctions(instance);
      RegisterAthenaFunctions(instance);
      connection_ = std::make_unique<duckdb::Connection>(*database_);
      for (const char* macro : MacroStatements()) ARROW_RETURN_NOT_OK(Command(macro));
      RemoveOtherFunctions(*connection_);
      ARROW_RETURN_NOT_OK(Lock());
      AttachCatalogue(*connection_, &source_);  // names of the lake come last
      return Status::OK();
    });
  }

  Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                      const QueryOptions& options) override {
    ARROW_RETURN_NOT_OK(CheckStatementText(sql));
    ARROW_RETURN_NOT_OK(RefuseExpensive(sql, options.max_scan_bytes));
    std::unique_ptr<Answer> answer;
    const RewrittenSql rewritten = RewriteDialect(sql);
    ARROW_RETURN_NOT_OK(CallQuery(sql, rewritten, &meter_, [&] {
      ARROW_ASSIGN_OR_RAISE(auto statement, Parse(rewritten));
      mentioned_.Clear();
      meter_.Start(options.max_scan_bytes);
      guard_.Start();
      ARROW_ASSIGN_OR_RAISE(
          answer, DuckDbAnswer::Start({sql, rewritten, connection_.get(), &mentioned_,
                                       &meter_, options.on_progress},
                                      std::move(statement)));
      return Status::OK();
    }));
    return answer;
  }

  Result<QueryStatistics> Estimate(const std::string& sql) override {
    ARROW_RETURN_NOT_OK(CheckStatementText(sql));
    QueryStatistics statistics;
    const RewrittenSql rewritten = RewriteDialect(sql);
    ARROW_RETURN_NOT_OK(CallQuery(sql, rewritten, &meter_, [&] {
      ARROW_ASSIGN_OR_RAISE(auto statement, Parse(rewritten));
      if (statement->type != duckdb::StatementType::SELECT_STATEMENT) return Status::OK();
      mentioned_.Clear();
      meter_.Start(std::nullopt);
      guard_.Start();
      return EstimateQuery({*connection_, mentioned_, *source_.lake.store()},
                           std::move(statement))
          .Value(&statistics);
    }));
    return statistics;
  }

  Result<std::vector<std::string>> Split(const std::string& script) override {
    ARROW_RETURN_NOT_OK(CheckStatementText(script));
    std::vector<std::string> statements;
    const RewrittenSql whole = RewriteDialect(script);
    ARROW_RETURN_NOT_OK(CallQuery(script, whole, &meter_, [&] {
      // The parser's own check, which also says where the script is wrong.
      duckdb::Parser(connection_->context->GetParserOptions()).ParseQuery(whole.text);
      size_t begin = 0;
      bool empty = true;
      for (const SqlToken& token : TokenizeSql(script)) {
        if (script.substr(token.begin, token.end - token.begin) != ";") {
          empty = false;
          continue;
        }
        if (!empty) statements.push_back(script.substr(begin, token.begin - begin));
        begin = token.end;
        empty = true;
      }
      if (!empty) statements.push_back(script.substr(begin));
      return Status::OK();
    }));
    return statements;
  }

  Result<std::vector<std::string>> TableNames() override {
    return source_.lake.TableNames();
  }

  void Interrupt() override {
    meter_.Stop();
    connection_->Interrupt();
  }

 private:
  void Configure(duckdb::DBConfig& config) const {
    const auto set = [&](const char* name, duckdb::Value value) {
      config.SetOptionByName(name, value);
    };
    for (const char* off : {"autoinstall_known_extensions", "autoload_known_extensions",
                            "allow_community_extensions", "allow_unsigned_extensions",
                            "allow_persistent_secrets", "enable_external_file_cache"}) {
      set(off, duckdb::Value::BOOLEAN(false));
    }
    if (options_.threads > 0) set("threads", duckdb::Value::BIGINT(options_.threads));
    set("memory_limit", duckdb::Value(std::to_string(options_.memory_bytes) + "B"));
    set("temp_directory", duckdb::Value(spilled_->path()));
    set("max_temp_directory_size",
        duckdb::Value(std::to_string(options_.spill_bytes) + "B"));
  }

  Status Lock() {
    for (const char* setting :
         {"SET GLOBAL TimeZone = 'UTC'", "SET GLOBAL integer_division = true",
          "SET GLOBAL lambda_syntax = 'ENABLE_SINGLE_ARROW'",
          "SET GLOBAL binary_as_string = true", "SET enable_progress_bar = true",
          "SET enable_progress_bar_print = false", "SET progress_bar_time = 0",
          "SET GLOBAL allowed_directories = ['lake://']",
          "SET GLOBAL enable_external_access = false",
          "SET GLOBAL lock_configuration = true"}) {
      ARROW_RETURN_NOT_OK(Command(setting));
    }
    return Status::OK();
  }

  /// A statement of ours.
  Status Command(const std::string& sql) {
    const auto result = connection_->Query(sql);
    if (!result->HasError()) return Status::OK();
    return Status::Invalid("prepare the session: ", result->GetError(), ": ", sql);
  }

  Result<duckdb::unique_ptr<duckdb::SQLStatement>> Parse(const RewrittenSql& sql) {
    return ParseStatement(*connection_->context, sql.text, options_.untrusted);
  }

  Status RefuseExpensive(const std::string& sql, std::optional<int64_t> limit) {
    if (!limit) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const QueryStatistics cost, Estimate(sql));
    if (cost.upper_bound || cost.bytes_scanned <= *limit) return Status::OK();
    return Status::CapacityError("the query would read ", cost.bytes_scanned,
                                 " bytes, more than the limit of ", *limit);
  }

  CatalogueSource source_;
  EngineOptions options_;
  std::optional<TemporaryFolder> spilled_;
  ScanMeter meter_;
  PageGuard guard_;
  MentionedTables mentioned_;
  std::unique_ptr<duckdb::DuckDB> database_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Open(const Lake& lake,
                                             const EngineOptions& options) {
  auto engine = std::make_unique<DuckDbEngine>(lake, options);
  ARROW_RETURN_NOT_OK(engine->Open());
  return engine;
}

}  // namespace flowlake
