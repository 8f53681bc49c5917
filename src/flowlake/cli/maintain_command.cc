/// flowlake maintain: the one verb for unattended use.
#include <iostream>
#include <memory>
#include <string>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/compact_progress.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/compact/maintain.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::string memory;
  bool json = false;
  MaintainOptions options;
};

Result<MaintainReport> Run(Arguments& arguments) {
  MaintainOptions& options = arguments.options;
  if (!arguments.memory.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.compact.memory, ParseByteSize(arguments.memory));
  }
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(options.settings, ReadMaintainSettings(lake));
  options.compact.plan.now = NowMicros();
  options.now_ms = options.compact.plan.now / 1000;
  const CompactProgressBar bar(options.compact);
  return Maintain(lake, options);
}

void PrintText(const MaintainReport& report, bool is_done) {
  PrintFolds(report.folds);
  PrintCompaction(report.compaction, /*dry_run=*/false);
  bool is_nothing = true;
  for (const ExpirePlan& plan : report.expired) {
    PrintExpiry(plan, is_done);
    is_nothing = false;
  }
  for (const VacuumPlan& plan : report.vacuumed) {
    PrintVacuum(plan, is_done);
    is_nothing &= plan.paths.empty();
  }
  if (report.mended > 0) {
    std::cout << "Statistics of " << Plural(report.mended, "file")
              << " written again: those of an older program misled other readers\n";
  }
  PrintOthers(report.others);
  const ManifestReport& manifests = report.manifests;
  if (manifests.written + manifests.deleted > 0) {
    std::cout << "Manifests: " << manifests.written << " written, " << manifests.deleted
              << " deleted, " << manifests.unchanged << " as they were\n";
  }
  if (!is_done && !is_nothing) {
    std::cout << "Nothing was removed or deleted: --yes does it.\n";
  }
}

std::string ToJson(const MaintainReport& report, bool is_done) {
  nlohmann::ordered_json json;
  json["deleted"] = is_done;
  json["commits"] = FoldsJson(report.folds);
  json["compaction"] = CompactionJson(report.compaction);
  json["expired"] = nlohmann::ordered_json::array();
  for (const ExpirePlan& plan : report.expired) {
    json["expired"].push_back(ExpiryJson(plan));
  }
  json["vacuumed"] = nlohmann::ordered_json::array();
  for (const VacuumPlan& plan : report.vacuumed) {
    json["vacuumed"].push_back(VacuumJson(plan));
  }
  json["statistics_mended"] = report.mended;
  json["manifests_written"] = report.manifests.written;
  json["left_alone"] = OthersJson(report.others);
  json["failures"] = FailuresJson(report.failures);
  return WriteJsonLine(json);
}

ExitCode RunMaintain(Arguments& arguments) {
  const auto report = Run(arguments);
  if (!report.ok()) return Fail(report.status());
  if (arguments.json) {
    std::cout << ToJson(*report, arguments.options.may_delete);
  } else {
    PrintText(*report, arguments.options.may_delete);
  }
  const bool has_problems = PrintFoldProblems(report->folds);
  return PrintFailures(report->failures) || has_problems ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddMaintainCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  MaintainOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "maintain",
      "All a lake needs, for a timer: commit, compact, expire, vacuum, checkpoint, "
      "manifests");
  AddLakeOption(*command, arguments->lake);
  command
      ->add_option("--threads", options.compact.threads, "compaction tasks at once [1]")
      ->check(CLI::Range(1, 256));
  command->add_option("--memory", arguments->memory, "bound of the whole process [1GiB]");
  command->add_flag("--yes", options.may_delete,
                    "expire and vacuum too, not only say what would go");
  command->add_flag("--json", arguments->json, "print the summary as one JSON object");
  SetExample(*command,
             "flowlake maintain --yes --lake s3://my-lake/flows\n"
             "  ([maintain] of the lake's flowlake.toml says how long days and "
             "files stay)");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunMaintain(*arguments); }; });
}

}  // namespace flowlake
