#include "flowlake/aws/credential_search.h"

#include <optional>

#include "flowlake/aws/aws_settings.h"
#include "flowlake/aws/container_credentials.h"
#include "flowlake/aws/instance_credentials.h"
#include "flowlake/aws/profile_credentials.h"
#include "flowlake/aws/sts.h"

namespace flowlake {

namespace {

using Found = std::optional<AwsCredentials>;

/// A profile that is asked for by name comes before what happens to be around.
Result<Found> AskLocationProfile(const std::string& profile,
                                 const CredentialContext& context) {
  ARROW_ASSIGN_OR_RAISE(const Found found, AskProfile(profile, false, context));
  if (found) return found;
  return Status::Invalid("profile '", profile, "' has no credentials");
}

Result<Found> AskChain(const CredentialContext& context) {
  ARROW_ASSIGN_OR_RAISE(Found found, ReadEnvironmentCredentials());
  if (found) return found;
  ARROW_ASSIGN_OR_RAISE(found, AskProfile(context.settings.profile_name(),
                                          /*uses_environment=*/true, context));
  if (found) return found;
  ARROW_ASSIGN_OR_RAISE(found, AskContainer(context.http));
  if (found) return found;
  return AskInstance(context.http);
}

}  // namespace

Result<AwsCredentials> FindCredentials(const CredentialOptions& options,
                                       HttpClient& http) {
  ARROW_ASSIGN_OR_RAISE(const AwsSettings settings, AwsSettings::Read(options.profile));
  const CredentialContext context{settings, http, options.region};
  ARROW_ASSIGN_OR_RAISE(const Found found,
                        options.profile.empty()
                            ? AskChain(context)
                            : AskLocationProfile(options.profile, context));
  if (!found) {
    return Status::Invalid("no AWS credentials: not in the environment, not in profile '",
                           settings.profile_name(),
                           "' of ~/.aws, not of a container or an instance");
  }
  if (options.role_arn.empty()) return *found;
  const StsClient sts(settings, http, options.region);
  return sts.AssumeRole({options.role_arn, "", options.external_id, ""}, *found);
}

}  // namespace flowlake
