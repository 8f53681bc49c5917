#include "flowlake/cli/command.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "flowlake/base/escape.h"
#include "flowlake/config/host_config.h"
#include "flowlake/store/open_store.h"

namespace flowlake {

void AddLakeOption(CLI::App& command, std::string& path) {
  const char* configured = std::getenv("FLOWLAKE_LAKE");
  path = configured && *configured ? configured : "./lake";
  command
      .add_option("--lake", path,
                  "the lake: a folder or s3://bucket/prefix (else $FLOWLAKE_LAKE, else "
                  "./lake)")
      ->type_name("PATH");
  AddConfigOption(command);
}

void AddConfigOption(CLI::App& command) {
  // Before there is a second thread, and for all that reads the variable.
  const auto name_file = [](const std::string& file) {
    if (file.empty()) throw CLI::ValidationError("--config names no file");
    ::setenv(kConfigVariable, file.c_str(), /*overwrite=*/1);
  };
  command
      .add_option_function<std::string>(
          "--config", name_file,
          "this host's settings: [serve], [[location]], … (else $FLOWLAKE_CONFIG, else "
          "~/.config/flowlake/flowlake.toml)")
      ->type_name("FILE");
}

void AddListOption(CLI::App& command, const std::string& name,
                   std::vector<std::string>& values, const std::string& description) {
  command.add_option(name, values, description)
      ->allow_extra_args(false)
      ->delimiter(',')
      ->type_name("TEXT[,…]");
}

void SetExample(CLI::App& command, const std::string& example) {
  command.footer("\nExample:\n  " + example);
}

Result<std::optional<Date>> ParseDay(const std::string& flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<Date> date = ParseDate(text);
  if (date) return date;
  return Status::Invalid(flag, " is a day such as 2026-09-21, not '", text, "'");
}

Result<Lake> OpenLake(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenStore(path));
  return Lake::Open(std::move(store));
}

ExitCode Fail(const Status& status) {
  std::cerr << "flowlake: " << EscapeForTerminal(status.message()) << std::endl;
  if (status.IsCancelled()) return kExitInterrupted;
  return status.IsInvalid() ? kExitUsage : kExitFailure;
}

bool IsTerminal(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && terminal && std::string_view(terminal) != "dumb";
}

}  // namespace flowlake
