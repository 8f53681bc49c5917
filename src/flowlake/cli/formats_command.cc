/// flowlake formats: what ingest understands.
#include <iostream>

#include "flowlake/cli/command.h"
#include "flowlake/format/catalogue.h"
#include "flowlake/format/detect.h"

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

}  // namespace

void AddFormatsCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("formats", "List the log formats and fields");
  SetExample(*command, "flowlake formats");
  command->callback([&action] { action = RunFormats; });
}

}  // namespace flowlake
