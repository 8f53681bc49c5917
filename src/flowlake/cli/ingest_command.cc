/// flowlake ingest: files of logs into the lake.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/duration.h"
#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/progress_bar.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/ingest/ingest.h"
#include "flowlake/source/inputs.h"
#include "flowlake/store/open_store.h"

namespace flowlake {

namespace {

struct Arguments {
  std::vector<std::string> inputs;
  std::string lake;
  std::string from;
  std::string to;
  Selection selection;
  std::string format;
  std::string compression = "snappy";
  std::string memory;
  std::string commit_after = "3m";
  int64_t max_rejects = -1;
  bool json = false;
  IngestOptions options;
};

/// What the flags mean; Invalid names the first that is wrong.
Status Interpret(Arguments& arguments) {
  IngestOptions& options = arguments.options;
  ARROW_ASSIGN_OR_RAISE(arguments.selection.from, ParseDay("--from", arguments.from));
  ARROW_ASSIGN_OR_RAISE(arguments.selection.to, ParseDay("--to", arguments.to));
  if (!arguments.format.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.fields, ParseFieldList(arguments.format));
  }
  ARROW_ASSIGN_OR_RAISE(options.compression, ParseCompression(arguments.compression));
  if (!arguments.memory.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.memory_bytes, ParseByteSize(arguments.memory));
  }
  const auto commit_after = ParseDuration(arguments.commit_after);
  if (!commit_after.ok()) {
    return Status::Invalid("--commit-after: ", commit_after.status().message());
  }
  options.commit_after_ms = *commit_after;
  options.days.from = arguments.selection.from;
  options.days.to = arguments.selection.to;
  if (arguments.max_rejects >= 0) options.max_rejects = arguments.max_rejects;
  return Status::OK();
}

std::string RatePerSecond(int64_t bytes, double seconds) {
  return FormatByteSize(
             static_cast<int64_t>(static_cast<double>(bytes) / std::max(seconds, 1e-3))) +
         "/s";
}

void PrintRejects(const IngestSummary& summary) {
  for (int i = 0; i < kRejectReasons; ++i) {
    const int64_t count = summary.rejects[static_cast<size_t>(i)];
    if (count == 0) continue;
    std::cout << "  " << RejectReasonName(static_cast<RejectReason>(i)) << ": "
              << FormatCount(count) << "\n";
  }
}

void PrintAdvice(const IngestSummary& summary) {
  if (summary.total_rejects() > 0) {
    std::cout << "See what was rejected and why:  flowlake query \"SELECT reason, input, "
                 "line, \\\"column\\\", text FROM rejects LIMIT 20\"\n";
  }
  if (summary.rejects[static_cast<size_t>(RejectReason::kTooOld)] > 0) {
    std::cout << "Too old is a record of more than " << kOldestDays
              << " days before the day that its input's name says; --from takes them.\n";
  }
  if (!summary.unknown_fields.empty()) {
    std::cout << "Unknown fields went to the column `extra`:";
    for (const std::string& name : summary.unknown_fields) {
      std::cout << " " << EscapeForTerminal(name);
    }
    std::cout << "\n";
  }
}

/// Files that grow, and others that have taken their place.
void PrintFiles(const IngestSummary& summary) {
  if (summary.files_grown > 0) {
    std::cout << Plural(summary.files_grown, "file")
              << " had grown: the new records were taken\n";
  }
  for (const std::string& name : summary.replaced) {
    std::cout
        << EscapeForTerminal(name)
        << " is another file than the one of that name before: all of it was taken\n";
  }
  for (const std::string& name : summary.waiting) {
    std::cout
        << "The last record of " << EscapeForTerminal(name)
        << " has no end yet; it is taken when it has one, or when the file was left "
           "alone for ten minutes\n";
  }
}

void PrintNothingNew(const IngestSummary& summary) {
  std::vector<std::string> reasons;
  const auto add = [&](int64_t count, const char* why) {
    if (count > 0) reasons.push_back(Plural(count, "input") + why);
  };
  add(summary.files_skipped - summary.refused_before - summary.expired,
      " already in the lake");
  add(summary.refused_before, " refused before (--retry-refused tries again)");
  add(summary.expired, " of days that were expired (--again takes them)");
  std::cout << "Nothing new: ";
  for (size_t i = 0; i < reasons.size(); ++i) {
    std::cout << (i > 0 ? ", " : "") << reasons[i];
  }
  std::cout << ".\n";
  PrintFiles(summary);
}

void PrintSummary(const IngestSummary& summary, bool is_staged) {
  if (summary.files + summary.files_failed + summary.files_skipped == 0) {
    std::cout << "Nothing to ingest: no inputs found.\n";
    return;
  }
  if (summary.files == 0 && summary.files_failed == 0) {
    PrintNothingNew(summary);
    return;
  }
  std::cout << Plural(summary.files, "input") << " ingested";
  if (summary.files_skipped > 0) {
    std::cout << ", " << FormatCount(summary.files_skipped) << " already there";
  }
  if (summary.files_failed > 0) {
    std::cout << ", " << FormatCount(summary.files_failed) << " failed";
  }
  std::cout << ": " << Plural(summary.records, "record") << ", "
            << Plural(summary.total_rejects(), "reject") << "\n";
  PrintRejects(summary);
  PrintFiles(summary);
  std::cout << FormatByteSize(summary.bytes_in) << " read";
  if (summary.bytes_plain != summary.bytes_in) {
    std::cout << " (" << FormatByteSize(summary.bytes_plain) << " unzipped)";
  }
  std::cout << ", " << FormatByteSize(summary.bytes_out) << " written in "
            << Plural(summary.data_files, "data file") << ", "
            << RatePerSecond(summary.bytes_plain, summary.seconds) << "\n";
  for (const auto& [table, version] : summary.versions) {
    std::cout << table << " is at version " << version << "\n";
  }
  if (is_staged) std::cout << "Staged; `flowlake commit` makes it visible.\n";
  PrintAdvice(summary);
}

/// Inputs that failed because their table has: its failure is said once.
void PrintWaiting(const IngestSummary& summary) {
  std::map<std::string, int64_t> waiting;
  for (const InputProblem& problem : summary.problems) {
    if (!problem.table.empty()) ++waiting[problem.table];
  }
  for (const auto& [table, inputs] : waiting) {
    std::cerr << "flowlake: " << Plural(inputs, "input") << " not taken, because table "
              << EscapeForTerminal(table) << " failed or is not flowlake's: the same "
              << "command takes them once that is mended\n";
  }
}

std::string ToJson(const IngestSummary& summary, const Listing& listing) {
  nlohmann::ordered_json json;
  json["files"] = summary.files;
  json["files_skipped"] = summary.files_skipped;
  json["files_failed"] = summary.files_failed;
  if (!listing.no_logs.empty()) json["no_logs"] = listing.no_logs.size();
  if (summary.expired > 0) json["files_expired"] = summary.expired;
  if (!summary.failures.empty()) json["failures"] = FailuresJson(summary.failures);
  if (summary.files_grown > 0) json["files_grown"] = summary.files_grown;
  if (!summary.waiting.empty()) json["files_waiting"] = summary.waiting.size();
  if (!summary.replaced.empty()) json["files_replaced"] = summary.replaced.size();
  json["records"] = summary.records;
  json["rejects"] = nlohmann::ordered_json::object();
  for (int i = 0; i < kRejectReasons; ++i) {
    const int64_t count = summary.rejects[static_cast<size_t>(i)];
    const std::string name(RejectReasonName(static_cast<RejectReason>(i)));
    if (count > 0) json["rejects"][name] = count;
  }
  json["bytes_in"] = summary.bytes_in;
  json["bytes_out"] = summary.bytes_out;
  json["data_files"] = summary.data_files;
  json["seconds"] = summary.seconds;
  json["versions"] = nlohmann::ordered_json::object();
  for (const auto& [table, version] : summary.versions) json["versions"][table] = version;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The sum of the inputs' sizes, -1 if one is unknown.
int64_t TotalBytes(const std::vector<Input>& inputs) {
  int64_t total = 0;
  for (const Input& input : inputs) {
    if (input.bytes < 0) return -1;
    total += input.bytes;
  }
  return total;
}

Result<Listing> List(Arguments& arguments) {
  ARROW_RETURN_NOT_OK(Interpret(arguments));
  return ListInputs(arguments.inputs, arguments.selection);
}

Result<IngestSummary> Run(const Arguments& arguments, const std::vector<Input>& inputs) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(std::move(store)));
  IngestProgress progress;
  const ProgressBar bar([&progress, total = TotalBytes(inputs), count = inputs.size()] {
    return BarState{progress.bytes_done, total, /*is_bytes=*/true,
                    FormatCount(progress.inputs_done) + "/" +
                        FormatCount(static_cast<int64_t>(count)) + " inputs, " +
                        FormatCount(progress.records) + " records"};
  });
  return Ingest(lake, inputs, arguments.options, progress);
}

ExitCode RunIngest(Arguments& arguments) {
  const auto listing = List(arguments);
  if (!listing.ok()) return Fail(listing.status());
  const auto summary = Run(arguments, listing->inputs);
  if (!summary.ok()) return Fail(summary.status());
  PrintFailures(summary->failures);
  PrintWaiting(*summary);
  for (const InputProblem& problem : summary->problems) {
    if (!problem.table.empty()) continue;
    std::cerr << "flowlake: ";
    if (problem.message.find(problem.name) == std::string::npos) {
      std::cerr << EscapeForTerminal(problem.name) << ": ";
    }
    std::cerr << EscapeForTerminal(problem.message) << "\n";
  }
  if (arguments.json) {
    std::cout << ToJson(*summary, *listing) << std::endl;
  } else {
    PrintSummary(*summary, arguments.options.stage);
  }
  const bool is_whole = summary->files_failed == 0 && summary->failures.empty();
  return is_whole ? kExitOk : kExitSomeInputs;
}

}  // namespace

void AddIngestCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  IngestOptions& options = arguments->options;
  CLI::App* command =
      app.add_subcommand("ingest", "Convert logs and commit them, each input once");
  command
      ->add_option(
          "input", arguments->inputs,
          "files, folders, s3://bucket/prefix, globs of any, or - for stdin; plain "
          "or gzip")
      ->required();
  AddLakeOption(*command, arguments->lake);
  command->add_option("--from", arguments->from,
                      "first day of AWS key folders to visit; records from this day on "
                      "are never too old or of too many days");
  command->add_option("--to", arguments->to,
                      "last day of AWS key folders to visit, and of --from's days");
  AddListOption(*command, "--account", arguments->selection.accounts,
                "only this account's key folders; several by commas");
  AddListOption(*command, "--region", arguments->selection.regions,
                "only this region's key folders; several by commas");
  command->add_option("--format", arguments->format,
                      "fields of inputs without a header: AWS's notation "
                      "'${version} ${account-id} …' or names");
  command
      ->add_option("--threads", options.threads,
                   "inputs converted at once; never more than --memory allows [cores]")
      ->check(CLI::Range(0, 1024));
  command->add_option("--compression", arguments->compression,
                      "snappy, zstd, gzip or none [snappy]");
  command->add_option("--memory", arguments->memory,
                      "bound of the whole process [512MiB, of one thread 256MiB]");
  command
      ->add_option("--commit-every", options.commit_every,
                   "inputs per commit; 0: as --commit-after says [0]")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--commit-after", arguments->commit_after,
                      "commit what is done at least so often, so that a run that is "
                      "stopped loses no more [3m]");
  command
      ->add_option(
          "--max-rejects", arguments->max_rejects,
          "end the run before its next commit above this many rejects in all [no limit]")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--max-days", options.days.max_days,
                   "refuse an input with records of more days than this, but those of "
                   "--from and of its name [64]")
      ->check(CLI::PositiveNumber);
  command->add_flag("--retry-refused", options.retry_refused,
                    "try inputs again that were refused before");
  command->add_flag("--again", options.take_expired,
                    "take inputs of days that were expired, once more, and objects "
                    "that were written anew");
  command->add_flag("--stage", options.stage,
                    "leave the commit to `flowlake commit`: for many writers at once");
  command->add_flag("--json", arguments->json, "print the summary as one JSON object");
  SetExample(*command,
             "flowlake ingest AWSLogs/ --from 2026-09-01 --lake ./lake\n"
             "  flowlake ingest s3://my-logs/AWSLogs --from 2026-09-01 --lake "
             "s3://my-lake/flows\n"
             "  zcat flow.log.gz | flowlake ingest - --format '${version} ${account-id} "
             "${interface-id} …'");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunIngest(*arguments); }; });
}

}  // namespace flowlake
