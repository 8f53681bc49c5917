/// flowlake repair: a ledger that the log no longer names.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/table/repair.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  bool yes = false;
};

/// The plan, carried out if it is wanted.
Result<std::vector<TableRepair>> Run(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(auto plan, PlanRepair(lake));
  if (arguments.yes) ARROW_RETURN_NOT_OK(Repair(lake, plan));
  return plan;
}

void Print(const TableRepair& repair, bool is_done) {
  const std::string table = EscapeForTerminal(repair.table);
  for (const std::string& problem : repair.problems) {
    std::cerr << "flowlake: " << table << ": " << EscapeForTerminal(problem) << "\n";
  }
  if (!repair.root) return;
  std::cout << table << (is_done ? ": its log names" : ": its log would name")
            << " its ledger again, root " << *repair.root << "\n";
  if (!is_done) std::cout << "Nothing was changed: --yes does it.\n";
}

ExitCode RunRepair(const Arguments& arguments) {
  const auto plan = Run(arguments);
  if (!plan.ok()) return Fail(plan.status());
  bool is_whole = true;
  for (const TableRepair& repair : *plan) {
    Print(repair, arguments.yes);
    is_whole = is_whole && repair.problems.empty();
  }
  if (plan->empty()) std::cout << "Nothing to repair.\n";
  return is_whole ? kExitOk : kExitFailure;
}

}  // namespace

void AddRepairCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "repair", "Find a ledger again that a log has forgotten; shows the plan");
  AddLakeOption(*command, arguments->lake);
  command->add_flag("--yes", arguments->yes, "do it, not only say what would change");
  SetExample(*command, "flowlake repair\n  flowlake repair --yes");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunRepair(*arguments); }; });
}

}  // namespace flowlake
