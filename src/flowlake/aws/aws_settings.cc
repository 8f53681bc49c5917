#include "flowlake/aws/aws_settings.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace flowlake {

namespace {

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

struct ProfileName {
  std::string name;
  std::string asked_by;  // empty: nobody asked for it
};

Result<ProfileName> NameOfProfile(const std::string& chosen) {
  if (!chosen.empty()) return ProfileName{chosen, "profile of the [[location]]"};
  const std::string usual = EnvironmentVariable("AWS_PROFILE");
  const std::string older = EnvironmentVariable("AWS_DEFAULT_PROFILE");
  if (!usual.empty() && !older.empty() && usual != older) {
    return Status::Invalid("AWS_PROFILE is '", usual, "', AWS_DEFAULT_PROFILE is '",
                           older, "': unset one, AWS's tools do not agree which counts");
  }
  if (!usual.empty()) return ProfileName{usual, "AWS_PROFILE"};
  if (!older.empty()) return ProfileName{older, "AWS_DEFAULT_PROFILE"};
  return ProfileName{"default", ""};
}

Status NoSuchProfile(const ProfileName& profile) {
  return Status::Invalid("there is no profile '", profile.name, "' (", profile.asked_by,
                         "): neither [profile ", profile.name, "] in ", AwsConfigPath(),
                         " nor [", profile.name, "] in ", AwsCredentialsPath());
}

}  // namespace

Result<AwsSettings> AwsSettings::Read(const std::string& profile) {
  AwsSettings settings;
  ARROW_ASSIGN_OR_RAISE(const ProfileName name, NameOfProfile(profile));
  ARROW_ASSIGN_OR_RAISE(settings.profiles_, AwsProfiles::Read());
  if (!name.asked_by.empty() && !settings.profiles_.Has(name.name)) {
    return NoSuchProfile(name);
  }
  settings.profile_name_ = name.name;
  settings.profile_ = settings.profiles_.Profile(name.name);
  ARROW_RETURN_NOT_OK(settings.CheckSession());
  return settings;
}

Status AwsSettings::CheckSession() const {
  const std::string name = SettingAt(profile_, "sso_session");
  if (name.empty()) return Status::OK();
  const IniSettings* session = profiles_.SsoSession(name);
  const bool is_whole = session != nullptr && session->contains("sso_region") &&
                        session->contains("sso_start_url");
  if (is_whole) return Status::OK();
  return Status::Invalid("profile '", profile_name_, "': there is no [sso-session ", name,
                         "] with sso_region and sso_start_url in ", AwsConfigPath());
}

std::string AwsSettings::region() const {
  const std::string region = EnvironmentVariable("AWS_REGION");
  if (!region.empty()) return region;
  const std::string other = Setting("AWS_DEFAULT_REGION", "region");
  return other.empty() ? "us-east-1" : other;
}

HostVariant AwsSettings::host_variant() const {
  return {.fips = Flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
          .dual_stack = Flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")};
}

Result<std::string> AwsSettings::ConfiguredEndpoint(const std::string& id) const {
  if (Flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
    return std::string();
  }
  std::string endpoint = EnvironmentVariable(("AWS_ENDPOINT_URL_" + id).c_str());
  if (endpoint.empty()) endpoint = EnvironmentVariable("AWS_ENDPOINT_URL");
  if (endpoint.empty()) {
    ARROW_ASSIGN_OR_RAISE(endpoint, EndpointOfServices(id));
  }
  if (endpoint.empty()) endpoint = SettingAt(profile_, "endpoint_url");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (endpoint.empty()) return endpoint;
  if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://")) {
    return Status::Invalid("the endpoint of ", id, ", '", endpoint,
                           "', is no URL such as https://host");
  }
  return endpoint;
}

Result<std::string> AwsSettings::EndpointOfServices(const std::string& id) const {
  const std::string section = SettingAt(profile_, "services");
  if (section.empty()) return std::string();
  const IniSettings* services = profiles_.Services(section);
  if (services == nullptr) {
    return Status::Invalid("profile '", profile_name_, "': there is no [services ",
                           section, "] in ", AwsConfigPath());
  }
  const auto nested = ParseNestedSettings(SettingAt(*services, Lower(id)));
  if (nested.ok()) return SettingAt(*nested, "endpoint_url");
  return Status::Invalid("[services ", section, "] in ", AwsConfigPath(), ": ",
                         nested.status().message());
}

Result<std::string> AwsSettings::Endpoint(const std::string& id,
                                          const std::string& service,
                                          const std::string& region) const {
  ARROW_ASSIGN_OR_RAISE(std::string configured, ConfiguredEndpoint(id));
  if (!configured.empty()) return configured;
  return ServiceUrl(service, region, host_variant());
}

bool AwsSettings::uses_global_sts() const {
  return Setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") == "legacy";
}

std::string AwsSettings::Setting(const char* variable, const char* name) const {
  const std::string value = EnvironmentVariable(variable);
  return value.empty() ? SettingAt(profile_, name) : value;
}

bool AwsSettings::Flag(const char* variable, const char* name) const {
  return Lower(Setting(variable, name)) == "true";
}

}  // namespace flowlake
