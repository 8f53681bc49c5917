/// flowlake compact: small files become large sorted ones.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/progress_bar.h"
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

/// What the workers say and the bar asks for.
class SharedProgress {
 public:
  void Set(const CompactProgress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
  }
  BarState Bar() const {
    const std::lock_guard lock(mutex_);
    const int64_t all = progress_.all_bytes > 0 ? progress_.all_bytes : -1;
    return {progress_.done_bytes, all, /*is_bytes=*/false, progress_.table};
  }

 private:
  mutable std::mutex mutex_;
  CompactProgress progress_;
};

Result<CompactReport> Run(Arguments& arguments) {
  ARROW_RETURN_NOT_OK(Interpret(arguments));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  SharedProgress progress;
  arguments.options.progress = [&](const CompactProgress& now) { progress.Set(now); };
  const ProgressBar bar([&] { return progress.Bar(); });
  return Compact(lake, arguments.options);
}

std::string Gain(const TableCompaction& table) {
  const auto before = static_cast<double>(std::max<int64_t>(1, table.bytes_before));
  const double share = 1 - static_cast<double>(table.bytes_after) / before;
  const auto percent = static_cast<int64_t>(share * 100 + (share < 0 ? -0.5 : 0.5));
  return percent >= 0 ? std::to_string(percent) + " % less"
                      : std::to_string(-percent) + " % more";
}

void PrintWaiting(const TableCompaction& table) {
  if (table.waiting_files == 0) return;
  std::cout << EscapeForTerminal(table.table) << ": "
            << Plural(table.waiting_files, "file")
            << " not due yet (--all compacts them now)\n";
}

void PrintPlan(const TableCompaction& table) {
  std::cout << EscapeForTerminal(table.table) << ": would rewrite "
            << Plural(table.files_before, "file") << " in " << Plural(table.tasks, "task")
            << ", " << Plural(table.rows, "row") << ", "
            << FormatByteSize(table.bytes_before) << " to about "
            << FormatByteSize(table.bytes_after) << " (" << Gain(table) << ")\n";
}

void PrintDone(const TableCompaction& table) {
  std::cout << EscapeForTerminal(table.table) << ": "
            << Plural(table.files_before, "file") << " to "
            << Plural(table.files_after, "file") << ", " << Plural(table.rows, "row")
            << ", " << FormatByteSize(table.bytes_before) << " to "
            << FormatByteSize(table.bytes_after) << " (" << Gain(table) << "), version "
            << table.version << "\n";
}

void PrintYielded(const TableCompaction& table) {
  std::cout << EscapeForTerminal(table.table) << ": " << Plural(table.yielded, "task")
            << " left to another writer, who replaced their files first\n";
}

void PrintSummary(const CompactReport& report, bool dry_run) {
  int64_t tasks = 0;
  for (const TableCompaction& table : report.tables) {
    tasks += table.tasks;
    if (dry_run && table.tasks > 0) PrintPlan(table);
    if (table.done > 0) PrintDone(table);
    if (table.yielded > 0) PrintYielded(table);
    PrintWaiting(table);
  }
  if (tasks == 0) std::cout << "Nothing to compact.\n";
}

nlohmann::ordered_json ToJson(const TableCompaction& table) {
  return {{"table", table.table},
          {"tasks", table.tasks},
          {"done", table.done},
          {"yielded", table.yielded},
          {"files_before", table.files_before},
          {"files_after", table.files_after},
          {"bytes_before", table.bytes_before},
          {"bytes_after", table.bytes_after},
          {"rows", table.rows},
          {"waiting_files", table.waiting_files},
          {"version", table.version}};
}

void PrintJson(const CompactReport& report, bool dry_run) {
  nlohmann::ordered_json json;
  json["dry_run"] = dry_run;
  json["tables"] = nlohmann::ordered_json::array();
  for (const TableCompaction& table : report.tables) {
    json["tables"].push_back(ToJson(table));
  }
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            << std::endl;
}

ExitCode RunCompact(Arguments& arguments) {
  const auto report = Run(arguments);
  if (!report.ok()) return Fail(report.status());
  if (arguments.json) {
    PrintJson(*report, arguments.options.dry_run);
  } else {
    PrintSummary(*report, arguments.options.dry_run);
  }
  return kExitOk;
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
                      "columns to sort by [the table's: srcaddr,dstaddr,start]");
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
