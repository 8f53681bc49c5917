#include "flowlake/aws/token_file.h"

#include <fstream>

namespace flowlake {

namespace {
constexpr size_t kMostBytes = 64 << 10;
}

Result<std::string> ReadTokenFile(const std::string& path) {
  const auto of = [&](const char* cause) {
    return "read the token in " + path + ": " + cause;
  };
  std::ifstream file(path, std::ios::binary);
  std::string token(kMostBytes + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (!file.is_open() || file.bad()) return Status::IOError(of("it cannot be read"));
  token.resize(static_cast<size_t>(file.gcount()));
  if (token.size() > kMostBytes) return Status::IOError(of("it is too long"));
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (token.empty()) return Status::Invalid(of("it is empty"));
  if (token.find_first_of("\r\n") != token.npos) {
    return Status::Invalid(of("it has more than one line"));
  }
  return token;
}

}  // namespace flowlake
