#include "flowlake/aws/credential_process.h"

#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "flowlake/aws/credential_json.h"

namespace flowlake {

namespace {

constexpr size_t kMaxAnswer = 1 << 20;

/// One piece more than `most` bytes at the most.
std::string ReadSome(size_t most, std::FILE* pipe) {
  std::string text;
  std::array<char, 4096> piece;
  while (const size_t size = std::fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), size);
    if (text.size() > most) break;
  }
  return text;
}

}  // namespace

Result<AwsCredentials> RunCredentialProcess(const std::string& profile,
                                            const std::string& command) {
  const auto fail = [&](const auto&... cause) {
    return Status::IOError("the credential_process of profile '", profile,
                           "': ", cause...);
  };
  std::FILE* const pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return fail("cannot be started: ", std::strerror(errno));
  const std::string text = ReadSome(kMaxAnswer, pipe);
  const int status = ::pclose(pipe);
  if (text.size() > kMaxAnswer) return fail("prints too much");
  if (status == -1) return fail(std::strerror(errno));
  if (!WIFEXITED(status)) return fail("was killed");
  if (WEXITSTATUS(status) != 0) return fail("ended with ", WEXITSTATUS(status));
  auto credentials = ParseCredentialJson(text, "SessionToken");
  if (!credentials.ok()) return fail(credentials.status().message());
  return credentials;
}

}  // namespace flowlake
