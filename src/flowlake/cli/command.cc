#include "flowlake/cli/command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "flowlake/base/escape.h"
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

Result<std::vector<std::string>> TablesOf(const Lake& lake,
                                          const std::vector<std::string>& wanted) {
  ARROW_ASSIGN_OR_RAISE(const auto names, lake.TableNames());
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const std::string& table : names) known += (known.empty() ? "" : ", ") + table;
    return Status::Invalid("there is no table '", name, "' in ", lake.uri(), "; it has ",
                           known.empty() ? "none" : known);
  }
  return wanted.empty() ? names : wanted;
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
