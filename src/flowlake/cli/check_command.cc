/// flowlake check: is every file there and whole, and is all of the log here?
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/ingest/audit.h"
#include "flowlake/query/engine.h"
#include "flowlake/source/inputs.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/verify.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  std::vector<std::string> sources;
  bool deep = false;
};

constexpr size_t kMaxListed = 20;

void PrintList(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  std::cout << title << ": " << FormatCount(static_cast<int64_t>(lines.size())) << "\n";
  for (size_t i = 0; i < std::min(lines.size(), kMaxListed); ++i) {
    std::cout << "  " << EscapeForTerminal(lines[i]) << "\n";
  }
  if (lines.size() > kMaxListed) std::cout << "  … and more\n";
}

/// "whole" is only what was read: of a file that has no checksum of its footer not even
/// that.
const char* Verdict(bool is_good, bool deep) {
  if (!is_good) return "DAMAGED";
  return deep ? "all there and whole" : "all there, by their footers";
}

/// Prints what is wrong with the table; false if something is.
Result<bool> CheckTable(const Table& table, bool deep) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, table.Load());
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> findings,
                        VerifyTable(table, *snapshot, deep));
  std::cout << table.folder() << ": version " << snapshot->version << ", "
            << Plural(static_cast<int64_t>(snapshot->files.size()), "file") << ", "
            << Verdict(findings.empty(), deep) << "\n";
  PrintList("  problems", findings);
  return findings.empty();
}

std::vector<std::string> LinesOf(const std::vector<NotATable>& others) {
  std::vector<std::string> lines;
  for (const NotATable& other : others) lines.push_back(other.name + ": " + other.why);
  return lines;
}

/// Prints what is wrong with flowlake's tables; false if something is.
Result<bool> CheckTables(const Lake& lake, bool deep) {
  bool is_whole = true;
  ARROW_ASSIGN_OR_RAISE(const TableSurvey survey, SurveyTables(lake));
  Failures failures = survey.failures;
  for (const OwnTable& own : survey.ours) {
    const auto is_good = CheckTable(lake.table(own.name), deep);
    if (failures.Keep(own.name, "check", is_good.status())) is_whole &= *is_good;
  }
  PrintList("other tables", LinesOf(survey.others));
  ARROW_ASSIGN_OR_RAISE(const auto others, lake.OtherNames());
  PrintList("not tables", LinesOf(others));
  return !PrintFailures(failures) && is_whole;
}

std::string MinuteName(int64_t minute) {
  return FormatTimestamp(minute * 60 * kMicrosPerSecond);
}

/// Records that AWS itself lost, by day.
Result<std::vector<std::string>> SkippedData(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto engine, Engine::Open(lake, {}));
  ARROW_ASSIGN_OR_RAISE(
      const auto answer,
      engine->Run("SELECT CAST(date AS VARCHAR), CAST(count(*) AS VARCHAR) FROM vpc_flow "
                  "WHERE log_status = 'SKIPDATA' GROUP BY date ORDER BY date",
                  {}));
  std::vector<std::string> lines;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer->Next());
    if (!batch) return lines;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      ARROW_ASSIGN_OR_RAISE(const auto day, batch->column(0)->GetScalar(row));
      ARROW_ASSIGN_OR_RAISE(const auto count, batch->column(1)->GetScalar(row));
      lines.push_back(day->ToString() + ": " + count->ToString() + " SKIPDATA records");
    }
  }
}

/// Prints what of the sources is missing; false if something is.
Result<bool> CheckSources(const Lake& lake, const std::vector<std::string>& sources) {
  ARROW_ASSIGN_OR_RAISE(const Listing listing, ListInputs(sources, {}));
  ARROW_ASSIGN_OR_RAISE(const SourceAudit audit, AuditSource(lake, listing.inputs));
  std::cout << Plural(audit.inputs, "input") << ", "
            << FormatCount(static_cast<int64_t>(audit.missing.size()))
            << " not in the lake\n";
  PrintList("not in the lake", audit.missing);
  PrintList("refused", audit.refused);
  std::vector<std::string> gaps;
  for (const DeliveryGap& gap : audit.gaps) {
    gaps.push_back(gap.flow_log + ": no file between " + MinuteName(gap.after_minute) +
                   " and " + MinuteName(gap.before_minute));
  }
  PrintList("five-minute windows without a file", gaps);
  const bool has_failures = PrintFailures(audit.failures);
  return audit.missing.empty() && gaps.empty() && !has_failures;
}

Result<bool> Check(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Lake lake, OpenLake(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(bool is_whole, CheckTables(lake, arguments.deep));
  if (arguments.sources.empty()) return is_whole;
  ARROW_ASSIGN_OR_RAISE(const bool is_complete, CheckSources(lake, arguments.sources));
  ARROW_ASSIGN_OR_RAISE(const bool has_flows, lake.table("vpc_flow").Exists());
  if (has_flows) {
    const auto skipped = SkippedData(lake);
    if (skipped.ok()) PrintList("days on which AWS lost records", *skipped);
    Failures failures;
    failures.Keep("vpc_flow", "look for SKIPDATA", skipped.status());
    is_whole &= !PrintFailures(failures);
  }
  return is_whole && is_complete;
}

ExitCode RunCheck(const Arguments& arguments) {
  const Result<bool> is_good = Check(arguments);
  if (!is_good.ok()) return Fail(is_good.status());
  return *is_good ? kExitOk : kExitFailure;
}

}  // namespace

void AddCheckCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "check", "Verify the lake's files, and that all of a source is in it");
  AddLakeOption(*command, arguments->lake);
  command->add_flag("--deep", arguments->deep,
                    "read every page and verify its checksum, not only the footers, and "
                    "compare the rows with what was written");
  command
      ->add_option("--source", arguments->sources,
                   "a folder or s3://bucket/prefix whose inputs should be in the lake: "
                   "lists what is missing, "
                   "five-minute gaps, SKIPDATA; may be given again")
      ->allow_extra_args(false)
      ->type_name("SOURCE");
  SetExample(*command, "flowlake check --source AWSLogs/ --lake ./lake");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunCheck(*arguments); }; });
}

}  // namespace flowlake
