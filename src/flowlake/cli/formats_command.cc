/// flowlake formats: what ingest understands, and what AWS knows of the formats in use.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "flowlake/cli/command.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/detect.h"
#include "flowlake/ingest/flow_log_formats.h"
#include "flowlake/store/open_store.h"
#include "flowlake/table/lake_settings.h"

namespace flowlake {

namespace {

void PrintFields(const Schema& schema) {
  std::cout << "\nTable " << schema.table() << ", " << schema.size() - 1
            << " fields and `" << kExtraColumn << "`:\n ";
  for (const Field& field : schema.fields()) {
    if (field.name == kExtraColumn) continue;
    std::cout << " " << field.name;
    const int version = VpcFieldVersion(field.name);
    if (&schema == &VpcFlowSchema() && version > 2) std::cout << "(v" << version << ")";
  }
  std::cout << "\n";
}

ExitCode RunFormats() {
  std::cout << "Recognised from the first bytes, in this order; plain or gzip:\n";
  for (const FormatDescription& format : KnownFormats()) {
    std::cout << "\n  " << format.name << "\n      " << format.description << "\n      "
              << format.example << "\n";
  }
  for (const Schema* schema : LogSchemas()) PrintFields(*schema);
  return kExitOk;
}

struct ImportArguments {
  std::string file;
  std::string lake;
};

Result<std::string> ReadText(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status::IOError("open ", path, ": it cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Status Import(const ImportArguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::string json, ReadText(arguments.file));
  ARROW_ASSIGN_OR_RAISE(const auto entries, FormatsOfFlowLogs(json));
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(arguments.lake));
  ARROW_ASSIGN_OR_RAISE(const Lake lake, Lake::OpenOrCreate(std::move(store)));
  ARROW_ASSIGN_OR_RAISE(const std::string toml, ReadSettingsText(*lake.store()));
  ARROW_ASSIGN_OR_RAISE(const std::string longer, WithFormats(toml, entries));
  if (longer != toml)
    ARROW_RETURN_NOT_OK(Replace(*lake.store(), std::string(kSettingsPath), longer));
  if (entries.empty()) {
    std::cout << "No flow log among them delivers lines without a header.\n";
  } else if (longer == toml) {
    std::cout << "Nothing new: flowlake.toml has all of " << entries.size() << ".\n";
  } else {
    std::cout << "Added to flowlake.toml:\n" << longer.substr(toml.size());
  }
  return Status::OK();
}

ExitCode RunImport(const ImportArguments& arguments) {
  const Status status = Import(arguments);
  return status.ok() ? kExitOk : Fail(status);
}

void AddImport(CLI::App& formats, Action& action) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command = formats.add_subcommand(
      "import", "Add the formats of your flow logs to the lake's flowlake.toml");
  command
      ->add_option("file", arguments->file,
                   "what `aws ec2 describe-flow-logs` printed, or - for stdin")
      ->required();
  AddLakeOption(*command, arguments->lake);
  SetExample(
      *command,
      "aws ec2 describe-flow-logs | flowlake formats import - --lake s3://my-lake");
  command->callback(
      [arguments, &action] { action = [arguments] { return RunImport(*arguments); }; });
}

}  // namespace

void AddFormatsCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("formats", "List the log formats and fields");
  SetExample(*command, "flowlake formats");
  AddImport(*command, action);
  command->callback([command, &action] {
    if (command->get_subcommands().empty()) action = RunFormats;
  });
}

}  // namespace flowlake
