/// The seam of the commands: each is one file that declares its arguments and, when it
/// was chosen, calls one function of the modules below and prints.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/base/status.h"
#include "flowlake/cli/exit_code.h"
#include "flowlake/table/lake.h"

namespace flowlake {

/// What the chosen command left to be done once all arguments are parsed.
using Action = std::function<ExitCode()>;

/// Each adds a subcommand to `app`, which sets `action` when it is chosen.
void AddIngestCommand(CLI::App& app, Action& action);
void AddCommitCommand(CLI::App& app, Action& action);
void AddCompactCommand(CLI::App& app, Action& action);
void AddMaintainCommand(CLI::App& app, Action& action);
void AddExpireCommand(CLI::App& app, Action& action);
void AddVacuumCommand(CLI::App& app, Action& action);
void AddUpgradeCommand(CLI::App& app, Action& action);
void AddRepairCommand(CLI::App& app, Action& action);
void AddQueryCommand(CLI::App& app, Action& action);
void AddReportCommand(CLI::App& app, Action& action);
void AddDdlCommand(CLI::App& app, Action& action);
void AddInfoCommand(CLI::App& app, Action& action);
void AddHistoryCommand(CLI::App& app, Action& action);
void AddCheckCommand(CLI::App& app, Action& action);
void AddDumpCommand(CLI::App& app, Action& action);
void AddFormatsCommand(CLI::App& app, Action& action);
void AddGenerateCommand(CLI::App& app, Action& action);
void AddLambdaCommand(CLI::App& app, Action& action);
void AddServeCommand(CLI::App& app, Action& action);

/// --lake, with its defaults $FLOWLAKE_LAKE and ./lake; `path` outlives the app. Also
/// --config.
void AddLakeOption(CLI::App& command, std::string& path);
/// --config: the host's configuration (config/host_config.h), for the whole process.
void AddConfigOption(CLI::App& command);
/// An option with one value, or several with commas between; it may be given again. (An
/// option of CLI11 for a vector would take the arguments behind it too.)
void AddListOption(CLI::App& command, const std::string& name,
                   std::vector<std::string>& values, const std::string& description);
/// The example that ends a command's --help.
void SetExample(CLI::App& command, const std::string& example);

/// The value of a flag that is a day; nullopt if it was not given. Invalid names the
/// flag.
Result<std::optional<Date>> ParseDay(const std::string& flag, const std::string& text);

/// The lake at a path or "s3://…"; an error if there is none.
Result<Lake> OpenLake(const std::string& path);

/// "flowlake: <message>" in one escaped line on stderr; the exit code that fits: usage
/// for Invalid, failure otherwise, interrupted for Cancelled.
ExitCode Fail(const Status& status);

/// Whether the file descriptor is a terminal that may be drawn on.
bool IsTerminal(int descriptor);

}  // namespace flowlake
