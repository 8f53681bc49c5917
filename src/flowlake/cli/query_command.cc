/// flowlake query: SQL on the lake, with what it cost.
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"
#include "flowlake/cli/answer_printer.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/prompt.h"
#include "flowlake/query/engine.h"
#include "flowlake/query/remote_engine.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string sql;
  std::string file;
  std::string lake;
  std::string max_scan;
  std::string memory = "2GiB";
  std::string as_of;
  std::string remote;
  bool estimate = false;
  EngineOptions engine;
  PrinterOptions printer;
};

/// Milliseconds since the epoch. A day is its end: what the lake held when it was over.
Result<int64_t> ParseTime(const std::string& text) {
  if (const auto day = ParseDate(text)) return (*day + 1) * kMicrosPerDay / 1000 - 1;
  if (const auto micros = ParseIsoTime(text)) return *micros / 1000;
  return Status::Invalid(
      "--as-of is a time such as 2026-09-21T13:05:09Z, or a day, not '", text, "'");
}

Result<std::string> ReadScript(const Arguments& arguments) {
  if (!arguments.file.empty() && !arguments.sql.empty()) {
    return Status::Invalid("give SQL or -f, not both");
  }
  if (arguments.file.empty()) return arguments.sql;
  std::ifstream stream(arguments.file == "-" ? "/dev/stdin" : arguments.file);
  std::string script{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.good() && !stream.eof()) {
    return Status::Invalid("read ", arguments.file, ": ", std::strerror(errno));
  }
  return script;
}

Status RunScript(Engine& engine, const std::string& script, const Arguments& arguments,
                 const QueryOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto statements, engine.Split(script));
  if (statements.empty()) return Status::Invalid("there is no SQL statement to run");
  for (const std::string& sql : statements) {
    if (arguments.estimate) {
      ARROW_ASSIGN_OR_RAISE(const QueryStatistics cost, engine.Estimate(sql));
      PrintEstimate(cost, arguments.printer);
      continue;
    }
    PrinterOptions printer = arguments.printer;
    printer.is_last = &sql == &statements.back();
    ARROW_RETURN_NOT_OK(
        PrintAnswer(engine, printer, options, [&](const QueryOptions& with_progress) {
          return engine.Run(sql, with_progress);
        }));
  }
  return Status::OK();
}

Result<std::unique_ptr<Engine>> OpenEngine(const Arguments& arguments) {
  if (!arguments.remote.empty()) return OpenRemoteEngine(arguments.remote);
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  return Engine::Open(lake, arguments.engine);
}

Status Run(Arguments& arguments) {
  QueryOptions options;
  if (!arguments.max_scan.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.max_scan_bytes, ParseByteSize(arguments.max_scan));
  }
  ARROW_ASSIGN_OR_RAISE(arguments.engine.memory_bytes, ParseByteSize(arguments.memory));
  if (!arguments.as_of.empty()) {
    ARROW_ASSIGN_OR_RAISE(arguments.engine.as_of_ms, ParseTime(arguments.as_of));
  }
  ARROW_RETURN_NOT_OK(CheckPrinterOptions(arguments.printer));
  ARROW_ASSIGN_OR_RAISE(const std::string script, ReadScript(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto engine, OpenEngine(arguments));
  if (!script.empty() || !arguments.file.empty()) {
    return RunScript(*engine, script, arguments, options);
  }
  if (!IsTerminal(STDIN_FILENO)) {
    return Status::Invalid("give SQL, -f file, or -f - for stdin");
  }
  return RunPrompt([&](const std::string& typed) {
    return RunScript(*engine, typed, arguments, options);
  });
}

ExitCode RunQuery(Arguments& arguments) {
  const Status status = Run(arguments);
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

void AddQueryCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("query", "Run SQL on the lake; without SQL: a prompt");
  command->add_option("sql", arguments->sql, "statements, separated by semicolons");
  command->add_option("-f,--file", arguments->file,
                      "read the SQL from a file (- for stdin)");
  AddLakeOption(*command, arguments->lake);
  AddPrinterOptions(*command, arguments->printer);
  command->add_flag("--estimate", arguments->estimate,
                    "say what the query would scan and cost, and do not run it");
  command->add_option("--max-scan", arguments->max_scan,
                      "refuse a query that would read more than this, e.g. 1GB");
  auto* version =
      command->add_option("--version", arguments->engine.version,
                          "this version of the table that the query mentions");
  auto* engine =
      command
          ->add_option("--engine", arguments->remote,
                       "ask a real one: trino://user@host:8080/catalog/schema, "
                       "or athena://workgroup?region=…&output=s3://…")
          ->excludes(version);
  command
      ->add_option("--as-of", arguments->as_of,
                   "the tables as they were then: 2026-09-21T13:05:09Z, or a day's end")
      ->excludes(version)
      ->excludes(engine);
  command->add_option("--threads", arguments->engine.threads, "threads [cores]")
      ->check(CLI::Range(0, 1024));
  command->add_option("--memory", arguments->memory,
                      "memory of the query; beyond, it spills to disk [2GiB]");
  SetExample(
      *command,
      "flowlake query \"SELECT srcaddr, sum(bytes) AS b FROM vpc_flow WHERE date = "
      "'2026-09-21' GROUP BY 1 ORDER BY b DESC LIMIT 10\"");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunQuery(*arguments); }; });
}

}  // namespace flowlake
