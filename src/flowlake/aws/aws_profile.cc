#include "flowlake/aws/aws_profile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

namespace flowlake {

namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// "[profile x]" and "[x]" are x.
std::string_view SectionName(std::string_view line) {
  line = Trim(line.substr(1, line.find(']') - 1));
  constexpr std::string_view kPrefix = "profile ";
  return line.starts_with(kPrefix) ? Trim(line.substr(kPrefix.size())) : line;
}

Status AddSettings(const std::string& path, const std::string& profile,
                   AwsProfile& settings) {
  std::ifstream file(path);
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return Status::OK();
    return Status::IOError("read ", path, ": ", std::strerror(errno));
  }
  bool is_ours = false;
  for (std::string text; std::getline(file, text);) {
    // An indented line belongs to a nested section, which says nothing to us.
    if (text.empty() || text[0] == ' ' || text[0] == '\t') continue;
    const std::string_view line = Trim(text);
    if (line.starts_with('[')) is_ours = SectionName(line) == profile;
    const size_t equals = line.find('=');
    if (!is_ours || equals == line.npos || line[0] == '#' || line[0] == ';') continue;
    settings[std::string(Trim(line.substr(0, equals)))] = Trim(line.substr(equals + 1));
  }
  return Status::OK();
}

std::string FileNamed(const char* variable, const char* name) {
  const std::string configured = EnvironmentVariable(variable);
  return configured.empty() ? EnvironmentVariable("HOME") + "/.aws/" + name : configured;
}

}  // namespace

Result<AwsProfile> ReadAwsProfile(const std::string& name) {
  AwsProfile settings;
  ARROW_RETURN_NOT_OK(
      AddSettings(FileNamed("AWS_CONFIG_FILE", "config"), name, settings));
  ARROW_RETURN_NOT_OK(AddSettings(FileNamed("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
                                  name, settings));
  return settings;
}

std::string DefaultAwsProfile() {
  const std::string configured = EnvironmentVariable("AWS_PROFILE");
  return configured.empty() ? "default" : configured;
}

std::string EnvironmentVariable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace flowlake
