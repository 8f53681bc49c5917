/// flowlake expire: days that are older than anybody wants leave the lake.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/compact/expire.h"
#include "flowlake/compact/maintain_settings.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::string older_than;
  std::vector<std::string> tables;
  bool yes = false;
  bool json = false;
};

Result<LakeExpiry> Run(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const int64_t age_ms, ParseAge(arguments.older_than));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  return ExpireLake(lake, arguments.tables, ExpiryDate(NowMicros() / 1000, age_ms),
                    arguments.yes);
}

ExitCode RunExpire(const Arguments& arguments) {
  const auto expiry = Run(arguments);
  if (!expiry.ok()) return Fail(expiry.status());
  auto tables = nlohmann::ordered_json::array();
  bool is_nothing = true;
  for (const ExpirePlan& plan : expiry->plans) {
    is_nothing &= plan.files == 0;
    tables.push_back(ExpiryJson(plan));
    if (!arguments.json) PrintExpiry(plan, arguments.yes);
  }
  if (arguments.json) {
    std::cout << WriteJsonLine({{"done", arguments.yes},
                                {"tables", tables},
                                {"left_alone", OthersJson(expiry->others)},
                                {"failures", FailuresJson(expiry->failures)}});
  } else if (!arguments.yes && !is_nothing) {
    std::cout << "Nothing was removed: --yes does it.\n";
  }
  if (!arguments.json) PrintOthers(expiry->others);
  return PrintFailures(expiry->failures) ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddExpireCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "expire", "Remove days older than an age; shows the plan, does it with --yes");
  AddLakeOption(*command, arguments->lake);
  command
      ->add_option("--older-than", arguments->older_than,
                   "age of what goes, such as 400d; rows without a date stay")
      ->required();
  AddListOption(*command, "--table", arguments->tables, "only these tables [all]");
  command->add_flag("--yes", arguments->yes, "remove, not only say what would go");
  command->add_flag("--json", arguments->json, "as one JSON object");
  SetExample(*command,
             "flowlake expire --older-than 400d\n"
             "  flowlake expire --older-than 400d --yes && flowlake vacuum --yes");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunExpire(*arguments); }; });
}

}  // namespace flowlake
