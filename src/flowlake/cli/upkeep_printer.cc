#include "flowlake/cli/upkeep_printer.h"

#include <algorithm>
#include <iostream>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

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
            << " not due yet (compact --all takes them now)\n";
}

void PrintCompactionPlan(const TableCompaction& table) {
  std::cout << EscapeForTerminal(table.table) << ": would rewrite "
            << Plural(table.files_before, "file") << " in " << Plural(table.tasks, "task")
            << ", " << Plural(table.rows, "row") << ", "
            << FormatByteSize(table.bytes_before) << " to about "
            << FormatByteSize(table.bytes_after) << " (" << Gain(table) << ")\n";
}

void PrintCompacted(const TableCompaction& table) {
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

void PrintForeign(const TableCompaction& table) {
  if (table.foreign_files == 0) return;
  std::cout << EscapeForTerminal(table.table) << ": "
            << Plural(table.foreign_files, "file")
            << " left alone, with columns that the table does not have, or has as "
               "something else ("
            << EscapeForTerminal(table.foreign_example) << ")\n";
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
          {"foreign_files", table.foreign_files},
          {"version", table.version}};
}

void PrintFold(const TableFold& fold) {
  const FoldReport& report = fold.report;
  std::cout << EscapeForTerminal(fold.table) << ": "
            << Plural(report.edits, "staged edit") << " with "
            << Plural(report.inputs, "input") << ", " << Plural(report.rows, "row")
            << " in " << Plural(report.files, "file");
  if (report.duplicates > 0) {
    std::cout << "; " << Plural(report.duplicates, "input") << " there already";
  }
  if (report.version >= 0) std::cout << "; version " << report.version;
  std::cout << "\n";
}

}  // namespace

std::string WriteJsonLine(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void PrintFolds(const std::vector<TableFold>& folds) {
  bool is_nothing = true;
  for (const TableFold& fold : folds) {
    const FoldReport& report = fold.report;
    if (report.edits > 0) PrintFold(fold);
    if (report.waiting > 0) {
      std::cout << EscapeForTerminal(fold.table) << ": "
                << Plural(report.waiting, "staged edit")
                << " waiting until whoever reads the stream claims its records\n";
    }
    if (report.void_edits > 0) {
      std::cout << EscapeForTerminal(fold.table) << ": "
                << Plural(report.void_edits, "staged edit")
                << " deleted, whose records another attempt has claimed\n";
    }
    const bool is_silent = report.edits + report.waiting + report.void_edits == 0;
    if (!is_silent || !report.problems.empty()) is_nothing = false;
  }
  if (is_nothing) std::cout << "Nothing staged.\n";
}

bool PrintFoldProblems(const std::vector<TableFold>& folds) {
  bool has_problems = false;
  for (const TableFold& fold : folds) {
    for (const std::string& problem : fold.report.problems) {
      has_problems = true;
      std::cerr << "flowlake: " << EscapeForTerminal(problem) << "\n";
    }
  }
  return has_problems;
}

nlohmann::ordered_json FoldsJson(const std::vector<TableFold>& folds) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& [table, report] : folds) {
    json.push_back({{"table", table},
                    {"edits", report.edits},
                    {"inputs", report.inputs},
                    {"duplicates", report.duplicates},
                    {"waiting", report.waiting},
                    {"void", report.void_edits},
                    {"files", report.files},
                    {"rows", report.rows},
                    {"version", report.version},
                    {"problems", report.problems}});
  }
  return json;
}

bool PrintFailures(const Failures& failures) {
  for (const Failure& failure : failures) {
    std::cerr << "flowlake: " << EscapeForTerminal(failure.ToString()) << "\n";
  }
  return !failures.empty();
}

nlohmann::ordered_json FailuresJson(const Failures& failures) {
  auto json = nlohmann::ordered_json::array();
  for (const Failure& failure : failures) {
    json.push_back({{"object", failure.object},
                    {"step", failure.step},
                    {"why", failure.status.message()}});
  }
  return json;
}

void PrintOthers(const std::vector<NotATable>& others) {
  for (const NotATable& other : others) {
    std::cout << EscapeForTerminal(other.name) << ": " << EscapeForTerminal(other.why)
              << "\n";
  }
}

nlohmann::ordered_json OthersJson(const std::vector<NotATable>& others) {
  auto json = nlohmann::ordered_json::array();
  for (const NotATable& other : others) {
    json.push_back({{"name", other.name}, {"why", other.why}});
  }
  return json;
}

void PrintExpiry(const ExpirePlan& plan, bool is_done) {
  std::cout << EscapeForTerminal(plan.table) << ": ";
  if (plan.files == 0) {
    std::cout << "nothing before " << FormatDate(plan.before) << "\n";
    return;
  }
  std::cout << (is_done ? "removed " : "would remove ") << Plural(plan.days, "day")
            << " before " << FormatDate(plan.before) << ", the first "
            << FormatDate(*plan.oldest) << ": " << Plural(plan.rows, "row") << " in "
            << Plural(plan.files, "file") << ", " << FormatByteSize(plan.bytes) << "\n";
}

nlohmann::ordered_json ExpiryJson(const ExpirePlan& plan) {
  return {{"table", plan.table}, {"before", FormatDate(plan.before)},
          {"days", plan.days},   {"files", plan.files},
          {"rows", plan.rows},   {"bytes", plan.bytes}};
}

void PrintVacuum(const VacuumPlan& plan, bool is_done) {
  const std::string table = EscapeForTerminal(plan.table);
  if (!plan.unfinished_problem.empty()) {
    std::cerr << "flowlake: " << table << ": unfinished uploads stay, if there are any: "
              << EscapeForTerminal(plan.unfinished_problem) << "\n";
  }
  if (plan.empty()) {
    std::cout << table << ": nothing to delete\n";
    return;
  }
  const auto objects = static_cast<int64_t>(plan.paths.size());
  const auto unfinished = static_cast<int64_t>(plan.unfinished.size());
  std::cout << table << ": " << (is_done ? "deleted " : "would delete ")
            << Plural(plan.data_files, "data file") << ", "
            << Plural(objects - plan.data_files, "old ledger") << " and "
            << Plural(unfinished, "unfinished file") << ", " << FormatByteSize(plan.bytes)
            << "\n";
}

nlohmann::ordered_json VacuumJson(const VacuumPlan& plan) {
  return {{"table", plan.table},
          {"objects", plan.paths.size()},
          {"data_files", plan.data_files},
          {"unfinished", plan.unfinished.size()},
          {"unfinished_problem", plan.unfinished_problem},
          {"bytes", plan.bytes}};
}

void PrintCompaction(const CompactReport& report, bool dry_run) {
  int64_t tasks = 0;
  for (const TableCompaction& table : report.tables) {
    tasks += table.tasks;
    if (dry_run && table.tasks > 0) PrintCompactionPlan(table);
    if (table.done > 0) PrintCompacted(table);
    if (table.yielded > 0) PrintYielded(table);
    PrintForeign(table);
    PrintWaiting(table);
  }
  if (tasks == 0) std::cout << "Nothing to compact.\n";
}

nlohmann::ordered_json CompactionJson(const CompactReport& report) {
  auto json = nlohmann::ordered_json::array();
  for (const TableCompaction& table : report.tables) json.push_back(ToJson(table));
  return json;
}

}  // namespace flowlake
