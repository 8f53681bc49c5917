/// flowlake report: named analyses.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/cli/answer_printer.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/config/host_config.h"
#include "flowlake/query/engine.h"
#include "flowlake/report/catalogue.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string name;
  std::vector<std::string> parameters;  ///< "--top 5 --address=…" as they came
  std::string folder;
  std::string lake;
  std::string max_scan;
  PrinterOptions printer;
};

/// "reports" beside the host's configuration; empty if there is none.
std::string DefaultFolder() {
  const std::string configuration = HostConfigFolder();
  if (configuration.empty()) return "";
  const std::filesystem::path folder = std::filesystem::path(configuration) / "reports";
  std::error_code ignored;
  return std::filesystem::is_directory(folder, ignored) ? folder.string() : "";
}

/// A parameter's name as the shell has it: "--min-ports", "--min_ports" -> "min_ports".
std::string ParameterName(std::string_view flag) {
  std::string name(flag.substr(2));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// "--limit 5", "--limit=5" -> {"limit": "5"}.
Result<std::map<std::string, std::string>> ParseParameters(
    const std::vector<std::string>& words) {
  std::map<std::string, std::string> values;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      return Status::Invalid("a parameter is --name value, not '", word, "'");
    }
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      values[ParameterName(word.substr(0, equals))] = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      values[ParameterName(word)] = words[++i];
    } else {
      return Status::Invalid(word, " needs a value");
    }
  }
  return values;
}

Status RunNamed(const Report& report, const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckPrinterOptions(arguments.printer));
  QueryOptions options;
  if (!arguments.max_scan.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.max_scan_bytes, ParseByteSize(arguments.max_scan));
  }
  ARROW_ASSIGN_OR_RAISE(const auto values, ParseParameters(arguments.parameters));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(const auto engine, Engine::Open(lake, {}));
  return PrintAnswer(*engine, arguments.printer, options,
                     [&](const QueryOptions& with_progress) {
                       return RunReport(*engine, report, values, with_progress);
                     });
}

bool WantsHelp(const Arguments& arguments) {
  const auto& words = arguments.parameters;
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "--help" || word == "-h";
  });
}

Status Run(const Arguments& arguments, const CLI::App& command, Failures& failures) {
  if (arguments.name.empty() && WantsHelp(arguments)) {
    std::cout << command.help("flowlake");
    return Status::OK();
  }
  const std::string folder =
      arguments.folder.empty() ? DefaultFolder() : arguments.folder;
  ARROW_ASSIGN_OR_RAISE(const std::vector<Report> reports, LoadReports(folder, failures));
  if (arguments.name.empty()) {
    std::cout << DescribeReports(reports);
    return Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const Report* report, ChooseReport(reports, arguments.name));
  if (WantsHelp(arguments)) {
    std::cout << DescribeReport(*report);
    return Status::OK();
  }
  return RunNamed(*report, arguments);
}

ExitCode RunReportCommand(const Arguments& arguments, const CLI::App& command) {
  Failures failures;
  const Status status = Run(arguments, command, failures);
  const bool has_failures = PrintFailures(failures);
  if (!status.ok()) return Fail(status);
  return has_failures && arguments.name.empty() ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddReportCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("report", "Run a named analysis; alone: list them");
  command->add_option("name", arguments->name, "the report");
  AddLakeOption(*command, arguments->lake);
  AddPrinterOptions(*command, arguments->printer);
  command->add_option("--reports", arguments->folder,
                      "a folder with reports of your own "
                      "[$XDG_CONFIG_HOME/flowlake/reports]");
  command->add_option("--max-scan", arguments->max_scan,
                      "refuse a report that would read more than this, e.g. 1GB");
  // A report's own parameters, and so its --help, are not known before it is loaded.
  command->allow_extras();
  command->set_help_flag();
  SetExample(*command,
             "flowlake report top-talkers --from 2026-09-20 --to 2026-09-21 --limit 20\n"
             "  flowlake report address-trace --help");
  command->callback([arguments, command, &action] {
    arguments->parameters = command->remaining();
    action = [arguments, command] { return RunReportCommand(*arguments, *command); };
  });
}

}  // namespace flowlake
