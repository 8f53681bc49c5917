/// flowlake info: what the lake holds.
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "flowlake/base/byte_size.h"
#include "flowlake/base/date.h"
#include "flowlake/base/escape.h"
#include "flowlake/cli/command.h"
#include "flowlake/cli/upkeep_printer.h"
#include "flowlake/table/own_table.h"
#include "flowlake/table/schema_growth.h"
#include "flowlake/table/staged_edits.h"

namespace flowlake {

namespace {

struct Arguments {
  std::string lake;
  bool json = false;
};

struct TableInfo {
  std::string name;
  bool is_ours = true;
  std::shared_ptr<const Snapshot> snapshot;
  std::set<std::optional<Date>> days;
  int64_t staged = 0;            ///< edits that wait for `flowlake commit`
  int64_t oldest_staged_ms = 0;  ///< age of the oldest
};

Status ReadStaged(const Table& table, TableInfo* info) {
  ARROW_ASSIGN_OR_RAISE(const auto objects, ListStagedEdits(table));
  info->staged = static_cast<int64_t>(objects.size());
  if (objects.empty()) return Status::OK();
  info->oldest_staged_ms =
      std::max<int64_t>(0, NowMicros() / 1000 - objects.front().modified_ms);
  return Status::OK();
}

Result<TableInfo> ReadTable(const Lake& lake, const std::string& name,
                            TableOwner& owner) {
  TableInfo info;
  info.name = name;
  ARROW_RETURN_NOT_OK(ReadStaged(lake.table(name), &info));
  ARROW_ASSIGN_OR_RAISE(info.snapshot, lake.table(name).Load());
  ARROW_ASSIGN_OR_RAISE(info.is_ours, owner.IsOurs(name, *info.snapshot));
  const FileList& files = info.snapshot->files;
  for (size_t i = 0; i < files.size(); ++i) info.days.insert(files.date(i));
  return info;
}

/// What cannot be read, and is nothing that flowlake would make, goes to `others`.
Result<std::vector<TableInfo>> ReadTables(const Lake& lake, Failures& failures,
                                          std::vector<NotATable>& others) {
  std::vector<TableInfo> tables;
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  TableOwner owner(lake);
  for (const std::string& name : names) {
    auto info = ReadTable(lake, name, owner);
    if (!info.ok() && !owner.IsKind(name)) {
      others.push_back({name, info.status().message()});
    } else if (failures.Keep(name, "open", info.status())) {
      tables.push_back(*std::move(info));
    }
  }
  return tables;
}

std::string DayName(const std::optional<Date>& day) {
  return day ? FormatDate(*day) : "no date";
}

/// "2026-09-01 to 2026-09-30", without the null partition unless it is alone.
std::string Range(const TableInfo& info) {
  const auto first = std::find_if(info.days.begin(), info.days.end(),
                                  [](const auto& day) { return day.has_value(); });
  if (info.days.empty()) return "empty";
  if (first == info.days.end()) return "no date";
  const std::string from = DayName(*first);
  const std::string to = DayName(*info.days.rbegin());
  return from == to ? from : from + " to " + to;
}

void PrintJson(const Lake& lake, const std::vector<TableInfo>& tables,
               const std::vector<NotATable>& others, const Failures& failures) {
  nlohmann::ordered_json json;
  json["lake"] = lake.uri();
  json["tables"] = nlohmann::ordered_json::array();
  for (const TableInfo& info : tables) {
    nlohmann::ordered_json table;
    table["name"] = info.name;
    table["is_flowlakes"] = info.is_ours;
    table["version"] = info.snapshot->version;
    table["rows"] = info.snapshot->rows();
    table["files"] = info.snapshot->files.size();
    table["bytes"] = info.snapshot->bytes();
    table["staged_edits"] = info.staged;
    table["oldest_staged_seconds"] = info.oldest_staged_ms / 1000;
    table["days"] = nlohmann::ordered_json::array();
    for (const auto& day : info.days) {
      table["days"].push_back(day ? nlohmann::ordered_json(FormatDate(*day))
                                  : nlohmann::ordered_json());
    }
    json["tables"].push_back(std::move(table));
  }
  json["not_tables"] = OthersJson(others);
  json["failures"] = FailuresJson(failures);
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            << std::endl;
}

void PrintNotTables(const std::vector<NotATable>& others) {
  constexpr size_t kMostShown = 20;
  if (!others.empty()) std::cout << "\n  Not tables of a lake:\n";
  for (size_t i = 0; i < std::min(others.size(), kMostShown); ++i) {
    std::cout << "    " << EscapeForTerminal(TruncateUtf8(others[i].name, 100)) << ": "
              << EscapeForTerminal(others[i].why) << "\n";
  }
  if (others.size() > kMostShown) std::cout << "    … and more\n";
}

void PrintForeignColumns(const Snapshot& snapshot) {
  const auto foreign = ForeignColumns(snapshot);
  if (!foreign.ok()) return;  // the snapshot was made of the same text
  for (const ForeignColumn& column : *foreign) {
    std::cout << "    column " << EscapeForTerminal(column.name) << " has type "
              << EscapeForTerminal(TruncateUtf8(column.type, 100))
              << ", which flowlake does not know: it is not shown\n";
  }
}

void PrintText(const Lake& lake, const std::vector<TableInfo>& tables) {
  std::cout << "Lake " << lake.uri() << "\n";
  if (tables.empty()) std::cout << "  no tables yet: flowlake ingest makes them\n";
  for (const TableInfo& info : tables) {
    const Snapshot& snapshot = *info.snapshot;
    std::cout << "\n  " << info.name << ", version " << snapshot.version << " of "
              << FormatTimestamp(snapshot.timestamp_ms / 1000 * kMicrosPerSecond)
              << " UTC\n    " << Plural(snapshot.rows(), "row") << " in "
              << Plural(static_cast<int64_t>(snapshot.files.size()), "file") << ", "
              << FormatByteSize(snapshot.bytes()) << "\n    "
              << Plural(static_cast<int64_t>(info.days.size()), "day") << ": "
              << Range(info) << "\n";
    if (!info.is_ours) std::cout << "    " << kNotOurs << "\n";
    PrintForeignColumns(snapshot);
    if (info.staged == 0) continue;
    std::cout << "    " << Plural(info.staged, "staged edit")
              << " not committed yet, the oldest for "
              << Plural(info.oldest_staged_ms / 1000, "second") << "\n";
  }
}

ExitCode RunInfo(const Arguments& arguments) {
  const auto lake = OpenLake(arguments.lake);
  if (!lake.ok()) return Fail(lake.status());
  Failures failures;
  auto others = lake->OtherNames();
  if (!others.ok()) return Fail(others.status());
  const auto tables = ReadTables(*lake, failures, *others);
  if (!tables.ok()) return Fail(tables.status());
  if (arguments.json) {
    PrintJson(*lake, *tables, *others, failures);
  } else {
    PrintText(*lake, *tables);
    PrintNotTables(*others);
  }
  return PrintFailures(failures) ? kExitSomeInputs : kExitOk;
}

}  // namespace

void AddInfoCommand(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("info", "Show tables, versions, days, files, bytes, rows");
  AddLakeOption(*command, arguments->lake);
  command->add_flag("--json", arguments->json, "as one JSON object");
  SetExample(*command, "flowlake info --lake ./lake");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunInfo(*arguments); }; });
}

}  // namespace flowlake
