#include "flowlake/aws/aws_profile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "flowlake/aws/shell_words.h"

namespace flowlake {

namespace {

const IniSettings* Find(const std::map<std::string, IniSettings>& sections,
                        const std::string& name) {
  const auto found = sections.find(name);
  return found == sections.end() ? nullptr : &found->second;
}

AwsProfile CopyOf(const IniSettings* settings) {
  return settings == nullptr ? AwsProfile() : *settings;
}

/// Empty if there is none. What is no regular file, such as /dev/null, is none.
Result<std::string> ReadIfThere(const std::string& path) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::none) {
    return Status::IOError("read ", path, ": ", error.message());
  }
  if (type != std::filesystem::file_type::regular) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.is_open() && !file.bad()) return text;
  return Status::IOError("read ", path, ": ", std::strerror(errno));
}

std::string PathFrom(const char* variable, const char* name) {
  const std::string configured = EnvironmentVariable(variable);
  const std::string home = EnvironmentVariable("HOME");
  if (configured.empty()) return home + "/.aws/" + name;
  return configured.starts_with("~/") ? home + configured.substr(1) : configured;
}

Status At(const std::string& path, const Status& status) {
  if (status.ok()) return status;
  return status.WithMessage("read ", path, ": ", status.message());
}

}  // namespace

Result<AwsProfiles> AwsProfiles::Read() {
  AwsProfiles profiles;
  const std::string config = AwsConfigPath();
  ARROW_ASSIGN_OR_RAISE(std::string text, ReadIfThere(config));
  ARROW_RETURN_NOT_OK(At(config, profiles.AddConfig(text)));
  const std::string credentials = AwsCredentialsPath();
  ARROW_ASSIGN_OR_RAISE(text, ReadIfThere(credentials));
  ARROW_RETURN_NOT_OK(At(credentials, profiles.AddCredentials(text)));
  return profiles;
}

Result<AwsProfiles> AwsProfiles::Parse(std::string_view config,
                                       std::string_view credentials) {
  AwsProfiles profiles;
  ARROW_RETURN_NOT_OK(profiles.AddConfig(config));
  ARROW_RETURN_NOT_OK(profiles.AddCredentials(credentials));
  return profiles;
}

Status AwsProfiles::AddConfig(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto sections, ParseIni(text));
  for (IniSection& section : sections) {
    if (section.name == "default") config_["default"] = section.settings;
    const auto words = SplitShellWords(section.name);
    if (!words.ok() || words->size() != 2) continue;
    const std::string& kind = words->front();
    Sections* const of_kind = kind == "profile"       ? &config_
                              : kind == "sso-session" ? &sso_sessions_
                              : kind == "services"    ? &services_
                                                      : nullptr;
    if (of_kind != nullptr) (*of_kind)[words->back()] = std::move(section.settings);
  }
  return Status::OK();
}

Status AwsProfiles::AddCredentials(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto sections, ParseIni(text));
  for (IniSection& section : sections) {
    credentials_[section.name] = std::move(section.settings);
  }
  return Status::OK();
}

bool AwsProfiles::Has(const std::string& profile) const {
  return config_.contains(profile) || credentials_.contains(profile);
}

AwsProfile AwsProfiles::Profile(const std::string& name) const {
  AwsProfile profile = OfCredentialsFile(name);
  profile.merge(OfConfigFile(name));
  return profile;
}

AwsProfile AwsProfiles::OfConfigFile(const std::string& profile) const {
  return CopyOf(Find(config_, profile));
}

AwsProfile AwsProfiles::OfCredentialsFile(const std::string& profile) const {
  return CopyOf(Find(credentials_, profile));
}

const IniSettings* AwsProfiles::SsoSession(const std::string& name) const {
  return Find(sso_sessions_, name);
}

const IniSettings* AwsProfiles::Services(const std::string& name) const {
  return Find(services_, name);
}

std::string AwsConfigPath() { return PathFrom("AWS_CONFIG_FILE", "config"); }

std::string AwsCredentialsPath() {
  return PathFrom("AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

std::string EnvironmentVariable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace flowlake
