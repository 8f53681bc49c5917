/// flowlake upgrade: a lake that older programs made stops recording what they need.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/table/upgrade.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  bool yes = false;
  bool json = false;
};

/// The plan, carried out if it is wanted and nothing keeps it.
Result<UpgradePlan> Run(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(UpgradePlan plan, PlanUpgrade(lake));
  if (arguments.yes && plan.waiting.empty()) ARROW_RETURN_NOT_OK(Upgrade(lake, plan));
  return plan;
}

void Print(const UpgradePlan& plan, bool is_done) {
  if (plan.tables.empty()) {
    std::cout << "Nothing to upgrade.\n";
    return;
  }
  for (const std::string& table : plan.tables) {
    std::cout << EscapeForTerminal(table) << (is_done ? ": records " : ": would record ")
              << "BLAKE3 keys alone; older programs can no longer write to it\n";
  }
  for (const std::string& waiting : plan.waiting) {
    std::cerr << "flowlake: keeps it from that: " << EscapeForTerminal(waiting) << "\n";
  }
  if (!is_done) {
    std::cout << "Nothing was changed"
              << (plan.waiting.empty() ? ": --yes does it.\n" : ".\n");
  }
}

ExitCode RunUpgrade(const Arguments& arguments) {
  const auto plan = Run(arguments);
  if (!plan.ok()) return Fail(plan.status());
  const bool is_done = arguments.yes && plan->waiting.empty();
  if (arguments.json) {
    std::cout << WriteJsonLine({{"done", is_done},
                                {"tables", plan->tables},
                                {"waiting", plan->waiting},
                                {"failures", FailuresJson(plan->failures)}});
  } else {
    Print(*plan, is_done);
  }
  const bool has_failures = PrintFailures(plan->failures);
  if (!plan->waiting.empty()) return kExitFailure;
  return has_failures ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddUpgradeCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "upgrade",
      "End the support of older programs in a lake; shows the plan, does it with --yes");
  AddLakeOption(*command, arguments->lake);
  command->add_flag("--yes", arguments->yes, "do it, not only say what would change");
  command->add_flag("--json", arguments->json, "as one JSON object");
  SetExample(*command, "flowlake upgrade\n  flowlake upgrade --yes");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunUpgrade(*arguments); }; });
}

}  // namespace flowlake
