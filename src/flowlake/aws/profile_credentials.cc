#include "flowlake/aws/profile_credentials.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "flowlake/aws/container_credentials.h"
#include "flowlake/aws/credential_json.h"
#include "flowlake/aws/credential_process.h"
#include "flowlake/aws/identity_center.h"
#include "flowlake/aws/instance_credentials.h"
#include "flowlake/aws/sts.h"

namespace flowlake {

namespace {

using Found = std::optional<AwsCredentials>;

constexpr char kRole[] = "role_arn";
constexpr char kSourceProfile[] = "source_profile";
constexpr char kCredentialSource[] = "credential_source";
constexpr char kTokenFile[] = "web_identity_token_file";
constexpr char kAccessKey[] = "aws_access_key_id";
constexpr char kSecretKey[] = "aws_secret_access_key";
constexpr char kProcess[] = "credential_process";

/// The first of these variables or settings that is not empty.
std::string FirstOf(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

class ProfileSearch {
 public:
  explicit ProfileSearch(const CredentialContext& context) : context_(context) {}

  Result<Found> Ask(const std::string& name, bool uses_environment) {
    visited_.push_back(name);
    ARROW_ASSIGN_OR_RAISE(const AwsProfile profile, Load(name));
    if (!IsRole(profile)) return AskProviders(name, profile, uses_environment);
    ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, AssumeRole(name, profile));
    return credentials;
  }

 private:
  template <typename... Cause>
  static Status Refuse(const std::string& name, const Cause&... cause) {
    return Status::Invalid("profile '", name, "': ", cause...);
  }

  static Status Add(const std::string& name, const Status& status) {
    return status.WithMessage("profile '", name, "': ", status.message());
  }

  const AwsProfiles& profiles() const { return context_.settings.profiles(); }

  /// The profile's settings, none of those empty or with a comment behind it that say who
  /// it is.
  Result<AwsProfile> Load(const std::string& name) const {
    AwsProfile profile = profiles().Profile(name);
    for (const char* setting :
         {kRole, kSourceProfile, kCredentialSource, kTokenFile, kAccessKey, kSecretKey,
          kProcess, "external_id", "role_session_name", "duration_seconds"}) {
      const auto found = profile.find(setting);
      if (found == profile.end()) continue;
      if (found->second.empty()) return Refuse(name, setting, " is empty");
      if (HasComment(setting, found->second)) {
        return Refuse(name, setting,
                      " goes on behind a blank; a comment needs a line of its own");
      }
    }
    return profile;
  }

  static bool HasComment(std::string_view setting, const std::string& value) {
    // Paths and names of profiles may have blanks in them, though not a comment's.
    const bool has_blanks =
        setting == kProcess || setting == kSourceProfile || setting == kTokenFile;
    if (!has_blanks) return value.find_first_of(" \t\n") != value.npos;
    if (setting == kProcess) return false;
    return value.find(" #") != value.npos || value.find(" ;") != value.npos ||
           value.find('\n') != value.npos;
  }

  static bool IsRole(const AwsProfile& profile) {
    return profile.contains(kRole) && !profile.contains(kTokenFile);
  }
  static bool HasKeys(const AwsProfile& profile) {
    return profile.contains(kAccessKey) || profile.contains(kSecretKey);
  }

  static Result<RoleRequest> RoleOf(const std::string& name, const AwsProfile& profile) {
    RoleRequest request{
        SettingAt(profile, kRole), SettingAt(profile, "role_session_name"),
        SettingAt(profile, "external_id"), SettingAt(profile, "duration_seconds")};
    if (request.duration_seconds.find_first_not_of("0123456789") != std::string::npos) {
      return Refuse(name, "duration_seconds is '", request.duration_seconds,
                    "', no number of seconds");
    }
    if (profile.contains("mfa_serial")) {
      return Refuse(name, "it has mfa_serial, and flowlake asks nobody for codes; ",
                    "get keys by `aws configure export-credentials --profile ", name,
                    "`");
    }
    return request;
  }

  Result<AwsCredentials> AssumeRole(const std::string& name, const AwsProfile& profile) {
    ARROW_ASSIGN_OR_RAISE(const RoleRequest request, RoleOf(name, profile));
    const bool has_source = profile.contains(kCredentialSource);
    if (has_source == profile.contains(kSourceProfile)) {
      return Refuse(name, has_source ? "it has both " : "its role_arn needs one of ",
                    "source_profile and credential_source",
                    has_source ? "; remove one" : "");
    }
    ARROW_ASSIGN_OR_RAISE(const AwsCredentials base,
                          has_source
                              ? AskSource(name, SettingAt(profile, kCredentialSource))
                              : AskSourceProfile(name, profile));
    const StsClient sts(context_.settings, context_.http, context_.region);
    auto credentials = sts.AssumeRole(request, base);
    if (!credentials.ok()) return Add(name, credentials.status());
    return credentials;
  }

  Result<AwsCredentials> AskSource(const std::string& name, const std::string& source) {
    Result<Found> found = Found();
    if (source == "Environment") {
      found = ReadEnvironmentCredentials();
    } else if (source == "EcsContainer") {
      found = AskContainer(context_.http);
    } else if (source == "Ec2InstanceMetadata") {
      found = AskInstance(context_.http);
    } else {
      return Refuse(name, "credential_source is '", source,
                    "'; Environment, EcsContainer and Ec2InstanceMetadata are known");
    }
    if (!found.ok()) return Add(name, found.status());
    if (*found) return **found;
    return Refuse(name, "its credential_source ", source, " has no credentials");
  }

  Result<AwsCredentials> AskSourceProfile(const std::string& name,
                                          const AwsProfile& profile) {
    const std::string source = SettingAt(profile, kSourceProfile);
    if (!profiles().Has(source)) {
      return Refuse(name, "there is no profile '", source, "', its source_profile");
    }
    ARROW_ASSIGN_OR_RAISE(const AwsProfile settings, Load(source));
    ARROW_RETURN_NOT_OK(CheckNotVisited(name, source, settings));
    // A source with keys is its keys, even if it names a role, too: so a profile can be
    // its own source.
    if (IsRole(settings) && !HasKeys(settings)) {
      visited_.push_back(source);
      return AssumeRole(source, settings);
    }
    ARROW_ASSIGN_OR_RAISE(const Found found, AskProviders(source, settings, false));
    if (found) return *found;
    return Refuse(name, "its source_profile '", source, "' has no credentials");
  }

  Status CheckNotVisited(const std::string& name, const std::string& source,
                         const AwsProfile& settings) const {
    if (std::ranges::find(visited_, source) == visited_.end()) return Status::OK();
    if (source == name && HasKeys(settings)) return Status::OK();
    return Refuse(name, "its sources come back to '", source, "'");
  }

  Result<Found> AskProviders(const std::string& name, const AwsProfile& profile,
                             bool uses_environment) {
    ARROW_ASSIGN_OR_RAISE(Found found, AskWebIdentity(name, profile, uses_environment));
    if (found) return found;
    ARROW_ASSIGN_OR_RAISE(found,
                          AskIdentityCenter(name, context_.settings, context_.http));
    if (found) return found;
    ARROW_ASSIGN_OR_RAISE(found, KeysOf(name, profiles().OfCredentialsFile(name)));
    if (found) return found;
    if (profile.contains("login_session")) {
      return Refuse(name, "it has login_session (aws login), which flowlake cannot use; ",
                    "get keys by `aws configure export-credentials --profile ", name,
                    "`");
    }
    if (profile.contains(kProcess)) {
      ARROW_ASSIGN_OR_RAISE(found,
                            RunCredentialProcess(name, SettingAt(profile, kProcess)));
      return found;
    }
    ARROW_ASSIGN_OR_RAISE(found, KeysOf(name, profiles().OfConfigFile(name)));
    if (!found && HasKeys(profile))
      return Refuse(name, kSecretKey, " without ", kAccessKey);
    return found;
  }

  Result<Found> AskWebIdentity(const std::string& name, const AwsProfile& profile,
                               bool uses_environment) {
    const auto variable = [&](const char* of) {
      return uses_environment ? EnvironmentVariable(of) : std::string();
    };
    const std::string file = FirstOf(
        {variable("AWS_WEB_IDENTITY_TOKEN_FILE"), SettingAt(profile, kTokenFile)});
    if (file.empty()) return std::nullopt;
    RoleRequest request;
    request.role_arn = FirstOf({variable("AWS_ROLE_ARN"), SettingAt(profile, kRole)});
    request.session_name = FirstOf(
        {variable("AWS_ROLE_SESSION_NAME"), SettingAt(profile, "role_session_name")});
    if (request.role_arn.empty()) {
      return Refuse(name, "a web identity (", file,
                    ") without a role: neither AWS_ROLE_ARN nor role_arn");
    }
    const StsClient sts(context_.settings, context_.http, context_.region);
    ARROW_ASSIGN_OR_RAISE(Found found, sts.AssumeRoleWithWebIdentity(request, file));
    return found;
  }

  /// Of one file.
  static Result<Found> KeysOf(const std::string& name, const AwsProfile& section) {
    if (!section.contains(kAccessKey)) return std::nullopt;
    if (!section.contains(kSecretKey)) {
      return Refuse(name, kAccessKey, " without ", kSecretKey, " in the same file");
    }
    auto credentials =
        MakeCredentials({SettingAt(section, kAccessKey), SettingAt(section, kSecretKey),
                         FirstOf({SettingAt(section, "aws_security_token"),
                                  SettingAt(section, "aws_session_token")})},
                        "");
    if (!credentials.ok()) return Add(name, credentials.status());
    return *credentials;
  }

  const CredentialContext& context_;
  std::vector<std::string> visited_;
};

}  // namespace

Result<Found> AskProfile(const std::string& name, bool uses_environment,
                         const CredentialContext& context) {
  return ProfileSearch(context).Ask(name, uses_environment);
}

Result<Found> ReadEnvironmentCredentials() {
  AwsCredentials credentials{EnvironmentVariable("AWS_ACCESS_KEY_ID"),
                             EnvironmentVariable("AWS_SECRET_ACCESS_KEY"),
                             FirstOf({EnvironmentVariable("AWS_SECURITY_TOKEN"),
                                      EnvironmentVariable("AWS_SESSION_TOKEN")})};
  if (credentials.access_key.empty()) return std::nullopt;
  if (credentials.secret_key.empty()) {
    return Status::Invalid("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
  }
  auto checked = MakeCredentials(std::move(credentials),
                                 EnvironmentVariable("AWS_CREDENTIAL_EXPIRATION"));
  if (checked.ok()) return *checked;
  return Status::Invalid("AWS_ACCESS_KEY_ID, …: ", checked.status().message());
}

}  // namespace flowlake
