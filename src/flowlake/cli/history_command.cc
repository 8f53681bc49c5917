/// flowlake history: the versions of the tables.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/table/history.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::string table;
  int64_t limit = 20;
  bool json = false;
};

/// "2 files, 1,000 rows; -24 files": what came, and what went.
std::string Change(const Commit& commit) {
  std::string text;
  if (commit.files_added > 0) {
    text = "+" + Plural(commit.files_added, "file") + ", " +
           Plural(commit.rows_added, "row");
  }
  if (commit.files_removed > 0) {
    text += (text.empty() ? "-" : "; -") + Plural(commit.files_removed, "file");
  }
  return text;
}

void PrintText(const std::string& table, const std::vector<Commit>& commits) {
  std::cout << EscapeForTerminal(table) << "\n";
  for (const Commit& commit : commits) {
    std::cout << "  " << commit.version << "  "
              << FormatTimestamp(commit.timestamp_ms / 1000 * kMicrosPerSecond) << "  "
              << EscapeForTerminal(commit.operation) << "  " << Change(commit) << "  by "
              << EscapeForTerminal(commit.engine) << "\n";
  }
}

nlohmann::ordered_json ToJson(const std::string& table, const Commit& commit) {
  return {{"table", table},
          {"version", commit.version},
          {"time", FormatIso8601(commit.timestamp_ms * 1000)},
          {"operation", commit.operation},
          {"parameters", commit.parameters},
          {"engine", commit.engine},
          {"files_added", commit.files_added},
          {"files_removed", commit.files_removed},
          {"rows_added", commit.rows_added}};
}

void PrintJson(const std::string& table, const std::vector<Commit>& commits) {
  for (const Commit& commit : commits) {
    std::cout << ToJson(table, commit)
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  }
}

Status Run(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  std::vector<std::string> wanted;
  if (!arguments.table.empty()) wanted.push_back(arguments.table);
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.ChooseTables(wanted));
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(const auto commits,
                          ReadHistory(lake.table(name), arguments.limit));
    arguments.json ? PrintJson(name, commits) : PrintText(name, commits);
  }
  return Status::OK();
}

ExitCode RunHistory(const Arguments& arguments) {
  const Status status = Run(arguments);
  return status.ok() ? kExitOk : Fail(status);
}

}  // namespace

void AddHistoryCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("history", "List the versions of the tables, the newest first");
  AddLakeOption(*command, arguments->lake);
  command->add_option("--table", arguments->table, "only this table [all]");
  command->add_option("--limit", arguments->limit, "versions of each table [20]")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
  command->add_flag("--json", arguments->json, "a JSON object per version");
  SetExample(*command,
             "flowlake history --table vpc_flow\n"
             "  flowlake query --version 7 \"SELECT count(*) FROM vpc_flow\"");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunHistory(*arguments); }; });
}

}  // namespace flowlake
