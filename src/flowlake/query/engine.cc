#include "flowlake/query/engine.h"

#include <unistd.h>

#include <duckdb.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <filesystem>
#include <set>

#include "flowlake/base/uuid.h"
#include "flowlake/query/athena_functions.h"
#include "flowlake/query/dialect.h"
#include "flowlake/query/duckdb_answer.h"
#include "flowlake/query/duckdb_error.h"
#include "flowlake/query/estimate.h"
#include "flowlake/query/functions.h"
#include "flowlake/query/macros.h"
#include "flowlake/query/snapshot_scan.h"
#include "flowlake/query/statement_guard.h"
#include "flowlake/query/store_file_system.h"
#include "flowlake/query/views.h"
#include "flowlake/table/history.h"

namespace flowlake {

namespace {

constexpr char kDuckDbVersion[] = "v1.5.5";

std::string TemporaryFolder() {
  return (std::filesystem::temp_directory_path() / ("flowlake-" + NewUuid())).string();
}

/// A session over one in-memory database.
class DuckDbEngine final : public Engine {
 public:
  DuckDbEngine(const Lake& lake, const EngineOptions& options)
      : lake_(lake),
        options_(options),
        temporary_folder_(TemporaryFolder()),
        catalogue_([this](const std::string& name) { return LoadTable(name); }) {}

  ~DuckDbEngine() override {
    connection_.reset();
    database_.reset();
    std::error_code ignored;  // spilled data: nothing depends on it
    std::filesystem::remove_all(temporary_folder_, ignored);
  }

  Status Open() {
    return CallDuckDb("open the SQL engine", [&] {
      if (std::string(duckdb::DuckDB::LibraryVersion()) != kDuckDbVersion) {
        return Status::Invalid("libduckdb is ", duckdb::DuckDB::LibraryVersion(),
                               ", not ", kDuckDbVersion);
      }
      duckdb::DBConfig config;
      Configure(config);
      database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
      duckdb::DatabaseInstance& instance = *database_->instance;
      instance.GetFileSystem().RegisterSubSystem(duckdb::unique_ptr<duckdb::FileSystem>(
          MakeStoreFileSystem(lake_.store(), &meter_).release()));
      RegisterSnapshotScan(instance, &catalogue_, &meter_);
      RegisterFunctions(instance);
      RegisterAthenaFunctions(instance);
      connection_ = std::make_unique<duckdb::Connection>(*database_);
      for (const char* macro : MacroStatements()) ARROW_RETURN_NOT_OK(Command(macro));
      ARROW_RETURN_NOT_OK(RefreshTables());
      return Lock();
    });
  }

  Result<std::unique_ptr<Answer>> Run(const std::string& sql,
                                      const QueryOptions& options) override {
    ARROW_RETURN_NOT_OK(RefuseExpensive(sql, options.max_scan_bytes));
    std::unique_ptr<Answer> answer;
    const RewrittenSql rewritten = RewriteDialect(sql);
    ARROW_RETURN_NOT_OK(CallQuery(sql, rewritten, &meter_, [&] {
      ARROW_ASSIGN_OR_RAISE(auto statement, Parse(rewritten));
      ARROW_RETURN_NOT_OK(RefreshTables());
      Unpin();
      meter_.Start(options.max_scan_bytes);
      ARROW_ASSIGN_OR_RAISE(
          answer, DuckDbAnswer::Start({sql, rewritten, connection_.get(), &catalogue_,
                                       &meter_, options.on_progress},
                                      std::move(statement)));
      return Status::OK();
    }));
    return answer;
  }

  Result<QueryStatistics> Estimate(const std::string& sql) override {
    QueryStatistics statistics;
    const RewrittenSql rewritten = RewriteDialect(sql);
    ARROW_RETURN_NOT_OK(CallQuery(sql, rewritten, &meter_, [&] {
      ARROW_ASSIGN_OR_RAISE(auto statement, Parse(rewritten));
      if (statement->type != duckdb::StatementType::SELECT_STATEMENT) return Status::OK();
      ARROW_RETURN_NOT_OK(RefreshTables());
      Unpin();
      meter_.Start(std::nullopt);
      return EstimateQuery({*connection_, catalogue_, *lake_.store()},
                           std::move(statement))
          .Value(&statistics);
    }));
    return statistics;
  }

  Result<std::vector<std::string>> Split(const std::string& script) override {
    std::vector<std::string> statements;
    const RewrittenSql whole = RewriteDialect(script);
    ARROW_RETURN_NOT_OK(CallQuery(script, whole, &meter_, [&] {
      // The parser's own check, which also says where the script is wrong.
      connection_->ExtractStatements(whole.text);
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

  Result<std::vector<std::string>> TableNames() override { return lake_.TableNames(); }

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
    set("temp_directory", duckdb::Value(temporary_folder_));
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

  Result<std::shared_ptr<const Snapshot>> LoadTable(const std::string& name) {
    const Table table = lake_.table(name);
    // Views are bound without the files: a large table has many.
    if (makes_views_) return table.LoadHead();
    if (options_.as_of_ms) {
      ARROW_ASSIGN_OR_RAISE(const int64_t version, VersionAt(table, *options_.as_of_ms));
      return LoadPast(table, version);
    }
    if (!options_.version) return table.Load();
    if (!past_table_.empty() && past_table_ != name) {
      return Status::Invalid("--version is of one table, and the query mentions ",
                             past_table_, " and ", name,
                             "; --as-of takes all to one time");
    }
    past_table_ = name;
    return LoadPast(table, *options_.version);
  }

  /// What the last statement saw is forgotten.
  void Unpin() {
    catalogue_.Unpin();
    past_table_.clear();
  }

  /// Makes the views of tables that have come into being since the last statement.
  Status RefreshTables() {
    makes_views_ = true;
    const Status status = MakeViews();
    makes_views_ = false;
    return status;
  }

  Status MakeViews() {
    ARROW_ASSIGN_OR_RAISE(const auto names, lake_.TableNames());
    for (const std::string& name : names) {
      if (known_tables_.contains(name)) continue;
      ARROW_ASSIGN_OR_RAISE(const auto table, catalogue_.Get(name));
      for (const auto& view : ViewStatements(table->snapshot().schema, name)) {
        ARROW_RETURN_NOT_OK(Command(view));
      }
      known_tables_.insert(name);
    }
    return Status::OK();
  }

  Result<duckdb::unique_ptr<duckdb::SQLStatement>> Parse(const RewrittenSql& sql) {
    auto statements = connection_->ExtractStatements(sql.text);
    if (statements.size() != 1) {
      return Status::Invalid("one statement is expected, not ", statements.size());
    }
    ARROW_RETURN_NOT_OK(CheckStatement(*statements[0], options_.untrusted));
    return std::move(statements[0]);
  }

  Status RefuseExpensive(const std::string& sql, std::optional<int64_t> limit) {
    if (!limit) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const QueryStatistics cost, Estimate(sql));
    if (cost.upper_bound || cost.bytes_scanned <= *limit) return Status::OK();
    return Status::CapacityError("the query would read ", cost.bytes_scanned,
                                 " bytes, more than the limit of ", *limit);
  }

  Lake lake_;
  EngineOptions options_;
  std::string temporary_folder_;
  ScanMeter meter_;
  SnapshotCatalogue catalogue_;
  std::set<std::string> known_tables_;
  bool makes_views_ = false;
  std::string past_table_;  // of which options_.version is
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
