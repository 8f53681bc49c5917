/// flowlake compact: small files become large sorted ones.
#include <iostream>
#include <memory>
#include <string>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/compact_progress.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/compact/compact.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::string from;
  std::string to;
  std::string memory;
  bool json = false;
  CompactOptions options;
};

/// What the flags mean; Invalid names the first that is wrong.
Status Interpret(Arguments& arguments) {
  CompactOptions& options = arguments.options;
  options.plan.now = NowMicros();
  ARROW_ASSIGN_OR_RAISE(options.plan.from, ParseDay("--from", arguments.from));
  ARROW_ASSIGN_OR_RAISE(options.plan.to, ParseDay("--to", arguments.to));
  if (!arguments.memory.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.memory, ParseByteSize(arguments.memory));
  }
  return Status::OK();
}

Result<CompactReport> Run(Arguments& arguments) {
  ARROW_RETURN_NOT_OK(Interpret(arguments));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  const CompactProgressBar bar(arguments.options);
  return Compact(lake, arguments.options);
}

std::string ToJson(const CompactReport& report, bool dry_run) {
  return WriteJsonLine({{"dry_run", dry_run},
                        {"tables", CompactionJson(report)},
                        {"left_alone", OthersJson(report.others)},
                        {"failures", FailuresJson(report.failures)}});
}

ExitCode RunCompact(Arguments& arguments) {
  const auto report = Run(arguments);
  if (!report.ok()) return Fail(report.status());
  if (arguments.json) {
    std::cout << ToJson(*report, arguments.options.dry_run);
  } else {
    PrintCompaction(*report, arguments.options.dry_run);
    PrintOthers(report->others);
  }
  return PrintFailures(report->failures) ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddCompactCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CompactOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "compact", "Rewrite small files as large sorted ones; the rows stay the same");
  AddLakeOption(*command, arguments->lake);
  AddListOption(*command, "--table", options.tables, "only these tables [all]");
  command->add_option("--from", arguments->from, "first day to compact");
  command->add_option("--to", arguments->to, "last day to compact");
  command->add_flag("--all", options.plan.all,
                    "what is not due yet too, and what is sorted in another order");
  command->add_option("--order", options.order,
                      "columns to sort by [the table's: action,srcaddr,dstaddr,start]");
  command->add_option("--threads", options.threads, "tasks at once [1]")
      ->check(CLI::Range(1, 256));
  command->add_option("--memory", arguments->memory, "bound of the whole process [1GiB]");
  command->add_flag("--dry-run", options.dry_run, "only say what would be done");
  command->add_flag("--json", arguments->json, "print the summary as one JSON object");
  SetExample(
      *command,
      "flowlake compact --dry-run --lake ./lake && flowlake compact --lake ./lake");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunCompact(*arguments); }; });
}

}  // namespace flowlake
