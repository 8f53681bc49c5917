#include "flowlake/aws/credential_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/shell_words.h"
#include "flowlake/base/json_member.h"

extern char** environ;

namespace flowlake {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxAnswer = 1 << 20;

/// A program that runs, with what it prints; killed and waited for by the destructor.
class Process {
 public:
  explicit Process(Clock::time_point end) : end_(end) {}
  ~Process() {
    if (output_ >= 0) ::close(output_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Status Start(std::vector<std::string> words) {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Failure(errno);
    output_ = ends[0];
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int error =
        ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error == 0) return Status::OK();
    pid_ = 0;
    return Failure(error);
  }

  /// All that it prints.
  Result<std::string> Read() {
    std::string text;
    std::array<char, 4096> piece;
    while (true) {
      pollfd waiting{output_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, MillisecondsLeft());
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0) return TooSlow();
      const ssize_t size = ::read(output_, piece.data(), piece.size());
      if (size < 0) return Failure(errno);
      if (size == 0) return text;
      text.append(piece.data(), static_cast<size_t>(size));
      if (text.size() > kMaxAnswer) return Status::Invalid("prints too much");
    }
  }

  /// Until it has ended, well or not.
  Status Wait() {
    constexpr auto kPoll = std::chrono::milliseconds(5);
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
      if (MillisecondsLeft() == 0) return TooSlow();
      std::this_thread::sleep_for(kPoll);
    }
    pid_ = 0;
    if (!WIFEXITED(status)) return Status::Invalid("was killed");
    if (WEXITSTATUS(status) == 0) return Status::OK();
    return Status::Invalid("ended with ", WEXITSTATUS(status));
  }

 private:
  static Status Failure(int error) {
    return Status::Invalid("cannot be run: ", std::strerror(error));
  }
  static Status TooSlow() { return Status::Invalid("does not end, and was killed"); }
  int MillisecondsLeft() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
  }

  const Clock::time_point end_;
  pid_t pid_ = 0;  // 0: none
  int output_ = -1;
};

Result<AwsCredentials> Run(const std::string& command, int64_t timeout_ms) {
  ARROW_ASSIGN_OR_RAISE(auto words, SplitShellWords(command));
  if (words.empty()) return Status::Invalid("is empty");
  Process process(Clock::now() + std::chrono::milliseconds(timeout_ms));
  ARROW_RETURN_NOT_OK(process.Start(std::move(words)));
  ARROW_ASSIGN_OR_RAISE(const std::string text, process.Read());
  ARROW_RETURN_NOT_OK(process.Wait());
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto* version = MemberAt(json, "Version");
  if (json.is_object() && (version == nullptr || *version != 1)) {
    return Status::Invalid("the answer is not of Version 1");
  }
  return ParseCredentialJson(text, "SessionToken");
}

}  // namespace

Result<AwsCredentials> RunCredentialProcess(const std::string& profile,
                                            const std::string& command,
                                            int64_t timeout_ms) {
  auto credentials = Run(command, timeout_ms);
  if (credentials.ok()) return credentials;
  return Status::Invalid("the credential_process of profile '", profile,
                         "': ", credentials.status().message());
}

}  // namespace flowlake
