/// flowlake vacuum: files that no version needs any more.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/compact/maintain_settings.h"
#include "flowlake/compact/vacuum.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::string retain;
  std::vector<std::string> tables;
  bool yes = false;
  bool json = false;
};

Result<LakeVacuum> Run(const Arguments& arguments) {
  VacuumOptions options{NowMicros() / 1000, 0};
  if (!arguments.retain.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.retention_ms, ParseAge(arguments.retain));
  }
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  return VacuumLake(lake, arguments.tables, options, arguments.yes);
}

ExitCode RunVacuum(const Arguments& arguments) {
  const auto vacuum = Run(arguments);
  if (!vacuum.ok()) return Fail(vacuum.status());
  auto tables = nlohmann::ordered_json::array();
  bool is_nothing = true;
  for (const VacuumPlan& plan : vacuum->plans) {
    is_nothing &= plan.empty();
    tables.push_back(VacuumJson(plan));
    if (!arguments.json) PrintVacuum(plan, arguments.yes);
  }
  if (arguments.json) {
    std::cout << WriteJsonLine({{"done", arguments.yes},
                                {"tables", tables},
                                {"left_alone", OthersJson(vacuum->others)},
                                {"failures", FailuresJson(vacuum->failures)}});
  } else if (!arguments.yes && !is_nothing) {
    std::cout << "Nothing was deleted: --yes does it.\n";
  }
  if (!arguments.json) PrintOthers(vacuum->others);
  return PrintFailures(vacuum->failures) ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddVacuumCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "vacuum", "Delete files no version needs; shows the plan, does it with --yes");
  AddLakeOption(*command, arguments->lake);
  command->add_option(
      "--retain", arguments->retain,
      "how long files stay that were replaced or never committed, such as "
      "36h; a day at least [7d, or the table's "
      "delta.deletedFileRetentionDuration]");
  AddListOption(*command, "--table", arguments->tables, "only these tables [all]");
  command->add_flag("--yes", arguments->yes, "delete, not only say what would go");
  command->add_flag("--json", arguments->json, "as one JSON object");
  SetExample(*command, "flowlake vacuum\n  flowlake vacuum --yes");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunVacuum(*arguments); }; });
}

}  // namespace flowlake
