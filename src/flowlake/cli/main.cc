/// flowlake: AWS network and access logs as a lake that answers SQL.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>

#include "flowlake/base/version.h"
#include "flowlake/cli/command.h"

namespace {

constexpr const char* kExitCodes =
    "\nExit codes: 0 done · 1 failed · 2 wrong usage or SQL · 3 some inputs, tables or "
    "steps failed, the rest is done · 130 interrupted\n"
    "Start with:  flowlake ingest <folder of logs>  &&  flowlake query \"SELECT count(*) "
    "FROM vpc_flow\"";

/// CLI11 says only that a command is missing; this says which word is none.
std::string DescribeParseError(const CLI::App& app, const CLI::ParseError& error,
                               const std::string& first_argument) {
  if (!app.get_subcommands().empty()) {
    return std::string(error.what()) + " (flowlake " +
           app.get_subcommands()[0]->get_name() + " --help shows what is right)";
  }
  const std::string what = first_argument.starts_with('-')
                               ? error.what()
                               : "there is no command '" + first_argument + "'";
  return what + " (flowlake --help shows what is right)";
}

int Run(int argc, char** argv) {
  CLI::App app(
      "AWS flow logs to a Delta lake of date-partitioned Parquet, and SQL on it.",
      "flowlake");
  app.set_version_flag("--version", std::string("flowlake ") + flowlake::kVersion);
  app.require_subcommand(1);
  app.footer(kExitCodes);
  flowlake::Action action;
  flowlake::AddIngestCommand(app, action);
  flowlake::AddCommitCommand(app, action);
  flowlake::AddMaintainCommand(app, action);
  flowlake::AddCompactCommand(app, action);
  flowlake::AddQueryCommand(app, action);
  flowlake::AddReportCommand(app, action);
  flowlake::AddDdlCommand(app, action);
  flowlake::AddInfoCommand(app, action);
  flowlake::AddHistoryCommand(app, action);
  flowlake::AddExpireCommand(app, action);
  flowlake::AddVacuumCommand(app, action);
  flowlake::AddUpgradeCommand(app, action);
  flowlake::AddRepairCommand(app, action);
  flowlake::AddCheckCommand(app, action);
  flowlake::AddDumpCommand(app, action);
  flowlake::AddFormatsCommand(app, action);
  flowlake::AddGenerateCommand(app, action);
  flowlake::AddServeCommand(app, action);
  flowlake::AddLambdaCommand(app, action);
  if (argc == 1) {
    std::cout << app.help();
    return flowlake::kExitOk;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    return flowlake::Fail(
        flowlake::Status::Invalid(DescribeParseError(app, error, argv[1])));
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {  // out of memory, at most
    std::cerr << "flowlake: " << error.what() << std::endl;
    return flowlake::kExitFailure;
  }
}
