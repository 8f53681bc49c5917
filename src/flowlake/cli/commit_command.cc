/// flowlake commit: staged edits become visible.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/compact/maintain.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  bool json = false;
};

Result<std::vector<TableFold>> Run(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  return FoldLake(lake, NowMicros() / 1000);
}

ExitCode RunCommit(const Arguments& arguments) {
  const auto folds = Run(arguments);
  if (!folds.ok()) return Fail(folds.status());
  if (arguments.json) {
    std::cout << WriteJsonLine({{"tables", FoldsJson(*folds)}});
  } else {
    PrintFolds(*folds);
  }
  return PrintFoldProblems(*folds) ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddCommitCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "commit",
      "Make visible what `ingest --stage` has left, from any number of writers");
  AddLakeOption(*command, arguments->lake);
  command->add_flag("--json", arguments->json, "print the summary as one JSON object");
  SetExample(*command,
             "flowlake ingest s3://my-logs/AWSLogs --stage --lake s3://my-lake/flows\n"
             "  flowlake commit --lake s3://my-lake/flows");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunCommit(*arguments); }; });
}

}  // namespace flowlake
