#include "flowlake/cli/prompt.h"

#include <editline/readline.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "flowlake/cli/command.h"

namespace flowlake {

namespace {

namespace fs = std::filesystem;

constexpr int kHistoryLines = 1000;
constexpr const char* kGreeting =
    "flowlake: SQL ends with a semicolon; SHOW TABLES; lists what there is; \\q or "
    "Ctrl-D "
    "leaves.\n";

fs::path HistoryPath() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state) {
    return fs::path(state) / "flowlake" / "history";
  }
  const char* home = std::getenv("HOME");
  return home ? fs::path(home) / ".local/state/flowlake/history" : fs::path();
}

/// Loads the history and, at the end, stores it. A history that cannot be kept is no
/// reason to refuse a query.
class History {
 public:
  History() : path_(HistoryPath()) {
    using_history();
    stifle_history(kHistoryLines);
    if (!path_.empty()) read_history(path_.c_str());
  }
  ~History() {
    if (path_.empty()) return;
    std::error_code ignored;
    fs::create_directories(path_.parent_path(), ignored);
    write_history(path_.c_str());
  }

  void Add(const std::string& statement) { add_history(statement.c_str()); }

 private:
  fs::path path_;
};

std::optional<std::string> ReadLine(const char* prompt) {
  const std::unique_ptr<char, decltype(&std::free)> line(readline(prompt), &std::free);
  if (!line) return std::nullopt;
  return std::string(line.get());
}

bool EndsStatement(const std::string& text) {
  const size_t last = text.find_last_not_of(" \t\n");
  return last != std::string::npos && text[last] == ';';
}

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\n") == std::string::npos;
}

}  // namespace

Status RunPrompt(const std::function<Status(const std::string&)>& run) {
  History history;
  std::cerr << kGreeting;
  std::string typed;
  while (true) {
    const auto line = ReadLine(typed.empty() ? "flowlake> " : "     ...> ");
    if (!line || (typed.empty() && (*line == "\\q" || *line == "quit"))) break;
    if (typed.empty() && IsBlank(*line)) continue;
    typed += (typed.empty() ? "" : "\n") + *line;
    if (!EndsStatement(typed)) continue;
    history.Add(typed);
    const Status status = run(typed);
    if (!status.ok()) Fail(status);
    typed.clear();
  }
  std::cerr << "\n";
  return Status::OK();
}

}  // namespace flowlake
