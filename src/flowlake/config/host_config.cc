#include "flowlake/config/host_config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace flowlake {

namespace {

constexpr char kFolderPath[] = "./flowlake.toml";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class OpenFile {
 public:
  /// Does not wait for anybody to write into a pipe.
  explicit OpenFile(const std::string& path)
      : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool is_open() const { return fd_ >= 0; }

  /// Whether it is a file, or /dev/null.
  bool is_file() const {
    struct stat info {};
    return ::fstat(fd_, &info) == 0 && (S_ISREG(info.st_mode) || S_ISCHR(info.st_mode));
  }

  Result<std::string> Read() const {
    std::string text;
    char buffer[65'536];
    while (true) {
      const ssize_t count = ::read(fd_, buffer, sizeof buffer);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Status::IOError("read ", path_, ": ", std::strerror(errno));
      if (count == 0) return text;
      text.append(buffer, static_cast<size_t>(count));
      if (text.size() > static_cast<size_t>(kMostConfigBytes)) return text;
    }
  }

 private:
  const std::string path_;
  const int fd_;
};

/// Nothing if there is no such file.
Result<std::optional<std::string>> ReadIfThere(const std::string& path) {
  const OpenFile file(path);
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return Status::IOError("read ", path, ": ", std::strerror(errno));
  }
  if (!file.is_file()) return Status::Invalid("read ", path, ": is not a file");
  ARROW_ASSIGN_OR_RAISE(std::string text, file.Read());
  return text;
}

bool IsSameFile(const std::string& a, const std::string& b) {
  struct stat of_a {};
  struct stat of_b {};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

}  // namespace

std::string HostConfigFolder() {
  const std::string configured = Variable("XDG_CONFIG_HOME");
  if (configured.starts_with('/')) return configured + "/flowlake";
  const std::string home = Variable("HOME");
  return home.starts_with('/') ? home + "/.config/flowlake" : "";
}

std::string HostConfigPath() {
  const std::string named = Variable(kConfigVariable);
  const std::string folder = HostConfigFolder();
  return !named.empty() || folder.empty() ? named : folder + "/flowlake.toml";
}

Result<ConfigFile> ReadHostConfig() {
  const std::string path = HostConfigPath();
  if (path.empty()) return ConfigFile();
  ARROW_ASSIGN_OR_RAISE(const auto text, ReadIfThere(path));
  if (text) return ConfigFile::Parse(*text, path, ConfigOrigin::kHost);
  if (Variable(kConfigVariable).empty()) return ConfigFile();
  return Status::Invalid("read ", path,
                         " (--config, $FLOWLAKE_CONFIG): there is no such file");
}

Status CheckFolderConfig() {
  if (!Variable(kConfigVariable).empty()) return Status::OK();
  const OpenFile file(kFolderPath);
  if (!file.is_open() || !file.is_file() || IsSameFile(kFolderPath, HostConfigPath())) {
    return Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text, file.Read());
  return ConfigFile::Parse(text, kFolderPath, ConfigOrigin::kFolder).status();
}

}  // namespace flowlake
