// Hostile names of folders and columns, values and comments in every statement that names
// them: only the asked statement runs. It is answered, makes nothing, writes no file, and
// leaves the session as it was.
#include <arrow/api.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/datafile/writer.h"
#include "flowlake/query/engine.h"
#include "flowlake/store/memory_store.h"

namespace flowlake {
namespace {

constexpr std::string_view kFragments[] = {
    "'",
    "\"",
    "')",
    "\")",
    ";",
    "--",
    "/*",
    "*/",
    "\n",
    "\\",
    "$$",
    "select",
    "date",
    "A",
    "a",
    " ",
    "%s",
    "naïve",
    "; COPY (SELECT 1) TO 'ran'; --",
    "'); CREATE TEMP TABLE ran AS SELECT 1; --",
    "\"; CREATE TEMP TABLE ran AS SELECT 1; --",
    "\" AS y FROM range(1); CREATE TEMP TABLE ran AS SELECT 1; --",
    "\"); ATTACH 'ran' AS ran; --",
    "'; CALL enable_logging(); --",
    "\"; SET threads = 1; --",
    "' UNION SELECT content FROM read_text('/etc/passwd') --",
};

void Require(bool holds, const std::string& what, const std::string& about) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s\n", what.c_str(), about.c_str());
  std::abort();
}

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text)
    quoted += c == quote ? std::string(2, quote) : std::string(1, c);
  return quoted + quote;
}
std::string Name(std::string_view text) { return Quote(text, '"'); }
std::string Literal(std::string_view text) { return Quote(text, '\''); }

/// Columns of text hold UTF-8.
std::string AsciiOf(std::string_view bytes) {
  std::string text(bytes);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < 0; }, '?');
  return text;
}

/// Words of fragments and of the input's own bytes.
class Words {
 public:
  explicit Words(std::string_view input)
      : input_(input),
        random_(static_cast<unsigned>(std::hash<std::string_view>()(input))) {}

  size_t Below(size_t end) { return random_() % end; }

  std::string Next() {
    std::string word;
    for (size_t n = 1 + Below(4); n > 0; --n) {
      if (Below(3) > 0 || input_.empty()) {
        word += kFragments[Below(std::size(kFragments))];
      } else {
        word += AsciiOf(input_.substr(Below(input_.size()), 1 + Below(12)));
      }
    }
    return word;
  }

  /// One that a folder can have, and SQL can say.
  std::string NextFolder() {
    std::string folder = Next();
    std::erase_if(folder, [](char c) { return c == '/' || c == '\0' || c < 0; });
    const bool is_path = CheckObjectPath(folder + "/x").ok() && folder[0] != '.';
    return is_path ? folder : "t";
  }

 private:
  std::string_view input_;
  std::mt19937 random_;
};

class Session {
 public:
  Session() {
    folder_ = std::filesystem::temp_directory_path() /
              ("catalogue_fuzz-" + std::to_string(std::random_device()()));
    std::filesystem::create_directory(folder_);
    std::filesystem::current_path(folder_);
    const Lake lake = Lake::OpenOrCreate(store_).ValueOrDie();
    EngineOptions options;
    options.threads = 1;
    trusted_ = Engine::Open(lake, options).ValueOrDie();
    options.untrusted = true;
    untrusted_ = Engine::Open(lake, options).ValueOrDie();
    state_ = State();
  }
  ~Session() { std::filesystem::remove_all(folder_); }

  void Run(Words& words) {
    const std::string folder = words.NextFolder();
    fields_ = {{words.Next(), ColumnType::kString}, {words.Next(), ColumnType::kInt64}};
    if (fields_[0].name == fields_[1].name) return;
    value_ = words.Next();
    if (!MakeTable(folder) || !MakeTable("tgw_flow")) return Clear();
    const auto before = Objects();
    Ask(words, folder);
    Require(Objects() == before, "the lake was written to", folder);
    Require(State() == state_, "something else ran", folder);
    Require(std::filesystem::is_empty(folder_), "a file was written", folder);
    Clear();
  }

 private:
  bool MakeTable(const std::string& folder) {
    const Schema schema(folder, fields_);
    if (!Table(store_, folder).CreateIfAbsent(schema).ok()) return false;
    ColumnsBuilder builder(&schema);
    builder.AppendString(0, value_);
    builder.AppendNumber(1, 7);
    builder.FinishRow();
    auto writer = DataFileWriter::Make(store_, folder, 20000, &schema, {}).ValueOrDie();
    if (!writer->Append(builder.Finish(), {}).ok()) return false;
    Edit edit;
    edit.operation = "WRITE";
    edit.add.push_back({writer->Close().ValueOrDie(), {}});
    return Table(store_, folder).Commit(edit).ok();
  }

  void Ask(Words& words, const std::string& folder) {
    const std::string table = Name(folder);
    const std::string column = Name(fields_[0].name);
    std::string comment = words.Next();
    // What ends a comment for DuckDB's lexer, and what no statement may hold.
    std::erase_if(comment, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
    const auto schema = Read(*trusted_, "SELECT * FROM " + table);
    Require(!schema.ok() || (*schema)->num_fields() == 3, "another answer", folder);
    ExpectColumns("SELECT * FROM tgw_flow_logs", 3);
    for (int i = 0; i < 3; ++i) {
      switch (words.Below(8)) {
        case 0:
          Answer("SELECT " + column + " FROM " + table + " WHERE " + column + " = " +
                 Literal(value_));
          break;
        case 1:
          Answer("DESCRIBE " + table);
          break;
        case 2:
          ExpectColumns("SELECT column_name FROM information_schema.columns", 1);
          break;
        case 3:
          Answer("WITH x AS NOT MATERIALIZED (FROM " + table + ") SELECT (SELECT count(" +
                 column + ") FROM x), (SELECT max(" + column + ") FROM x)");
          break;
        case 4:
          ExpectColumns("SELECT 1 AS a -- " + comment + "\n, 2 AS b", 2);
          break;
        case 5:
          (void)trusted_->Estimate("SELECT " + column + " FROM " + table);
          break;
        case 6:
          ExpectColumns("SHOW TABLES", 1);
          break;
        default:
          for (const auto& sql : {words.Next(), "SELECT " + words.Next()}) {
            (void)Read(*untrusted_, sql);
          }
      }
    }
  }

  void Answer(const std::string& sql) { (void)Read(*trusted_, sql); }

  void ExpectColumns(const std::string& sql, int count) {
    const auto schema = Read(*trusted_, sql);
    Require(schema.ok(), sql, schema.status().ToString() + "; column " + fields_[0].name);
    Require((*schema)->num_fields() == count, "another answer", sql);
  }

  /// The answer's columns, once it has been read to its end.
  static Result<std::shared_ptr<arrow::Schema>> Read(Engine& engine,
                                                     const std::string& sql) {
    ARROW_ASSIGN_OR_RAISE(const auto answer, engine.Run(sql, {}));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, answer->Next());
      if (batch == nullptr) return answer->schema();
    }
  }

  std::string Objects() const {
    std::string objects;
    for (const auto& object : store_->List("").ValueOrDie()) {
      objects += object.path + " " + std::to_string(object.size) + "\n";
    }
    return objects;
  }

  /// What a session holds beside the lake, and two of its settings.
  std::string State() {
    auto answer = trusted_->Run(
        "SELECT (SELECT count(*) FROM duckdb_tables() WHERE temporary)::VARCHAR || ' ' "
        "|| "
        "(SELECT count(*) FROM duckdb_views() WHERE temporary) || ' ' || (SELECT "
        "count(*) "
        "FROM duckdb_functions()) || ' ' || (SELECT string_agg(database_name, ' ') FROM "
        "duckdb_databases()) || current_database() || current_schema() || (7 / 2)",
        {});
    Require(answer.ok(), "the session is broken", answer.status().ToString());
    return (*(*answer)->Next())->ToString();
  }

  void Clear() {
    for (const auto& object : store_->List("").ValueOrDie()) {
      (void)store_->Delete(object.path);
    }
  }

  std::filesystem::path folder_;
  std::shared_ptr<Store> store_ = MakeMemoryStore();
  std::unique_ptr<Engine> trusted_;
  std::unique_ptr<Engine> untrusted_;
  std::string state_;
  std::vector<Field> fields_;
  std::string value_;
};

}  // namespace
}  // namespace flowlake

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static flowlake::Session session;
  flowlake::Words words({reinterpret_cast<const char*>(data), size});
  session.Run(words);
  return 0;
}
