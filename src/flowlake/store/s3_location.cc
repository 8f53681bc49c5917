#include "flowlake/store/s3_location.h"

#include <algorithm>
#include <initializer_list>
#include <sstream>
#include <utility>
#include <vector>

#include "flowlake/aws/aws_host.h"
#include "flowlake/aws/aws_profile.h"
#include "flowlake/aws/aws_settings.h"
#include "flowlake/config/host_config.h"

namespace flowlake {

namespace {

constexpr std::string_view kScheme = "s3://";
constexpr std::string_view kArn = "arn:";
constexpr size_t kArnParts = 6;

/// Where the bucket ends: an access point's ARN has a '/' inside.
size_t EndOfBucket(std::string_view rest) {
  const size_t slash = rest.find('/');
  if (!rest.starts_with(kArn) || slash == rest.npos) return std::min(slash, rest.size());
  return std::min(rest.find('/', slash + 1), rest.size());
}

/// The bucket is a part of the host's name: it must not be able to end it.
Status CheckBucket(const std::string& uri, std::string_view bucket) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  const bool is_arn = bucket.starts_with(kArn);
  size_t parts = 1;
  for (const char c : bucket) {
    if (kLetters.find(c) != kLetters.npos) continue;
    if (!is_arn || (c != ':' && c != '/')) {
      return Status::Invalid("open ", uri, ": a bucket's name has letters, digits, '.', ",
                             "'-' and '_'");
    }
    parts += c == ':' ? 1 : 0;
  }
  if (!is_arn || (parts == kArnParts && bucket.find('/') != bucket.npos)) {
    return Status::OK();
  }
  return Status::Invalid("open ", uri, ": an access point is written ",
                         "s3://arn:aws:s3:region:account:accesspoint/name");
}

Status SplitUri(const std::string& uri, S3Location& location) {
  const std::string_view rest = std::string_view(uri).substr(kScheme.size());
  const size_t end = EndOfBucket(rest);
  location.bucket = rest.substr(0, end);
  if (location.bucket.empty()) {
    return Status::Invalid("open ", uri,
                           ": no bucket; s3://bucket/prefix would be right");
  }
  ARROW_RETURN_NOT_OK(CheckBucket(uri, location.bucket));
  std::string_view prefix = rest.substr(end);
  while (prefix.starts_with('/')) prefix.remove_prefix(1);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  location.prefix = prefix;
  return Status::OK();
}

bool Matches(std::string_view pattern, std::string_view uri) {
  if (!pattern.ends_with('*')) return pattern == uri || pattern == std::string(uri) + "/";
  return uri.starts_with(pattern.substr(0, pattern.size() - 1));
}

template <typename Member>
struct KeyedMember {
  ConfigKeyName key;
  Member* member;
};

/// Sets the members of a location that `table` names.
void SetMembers(const ConfigSection& table, S3Location& location) {
  const KeyedMember<std::string> texts[] = {
      {"location.region", &location.region},
      {"location.endpoint", &location.endpoint},
      {"location.expected_bucket_owner", &location.expected_bucket_owner},
      {"location.encryption", &location.encryption},
      {"location.kms_key", &location.kms_key},
      {"location.profile", &location.credentials.profile},
      {"location.role_arn", &location.credentials.role_arn},
      {"location.external_id", &location.credentials.external_id}};
  const KeyedMember<bool> flags[] = {
      {"location.path_style", &location.path_style},
      {"location.dual_stack", &location.dual_stack},
      {"location.fips", &location.fips},
      {"location.requester_pays", &location.requester_pays}};
  for (const auto& [key, member] : texts) *member = table.Text(key).value_or(*member);
  for (const auto& [key, member] : flags) *member = table.Flag(key).value_or(*member);
  if (!location.kms_key.empty()) location.encryption = "aws:kms";
}

std::string HostOf(const S3Location& location, const std::string& service) {
  return S3Host(service, location.region,
                {.fips = location.fips, .dual_stack = location.dual_stack});
}

/// "arn:aws:s3:eu-west-1:123456789012:accesspoint/name": name-123456789012.
std::string AccessPointHost(const S3Location& location) {
  std::vector<std::string> parts;
  std::istringstream stream(location.bucket);
  for (std::string part; std::getline(stream, part, ':');) parts.push_back(part);
  const std::string& resource = parts[5];
  return resource.substr(resource.find('/') + 1) + "-" + parts[4] + "." +
         HostOf(location, "s3-accesspoint");
}

std::string BaseUrl(const S3Location& location) {
  if (!location.endpoint.empty()) {
    if (location.path_style) return location.endpoint + "/" + location.bucket;
    const size_t host = location.endpoint.find("://") + 3;
    return location.endpoint.substr(0, host) + location.bucket + "." +
           location.endpoint.substr(host);
  }
  if (location.bucket.starts_with(kArn)) return "https://" + AccessPointHost(location);
  const std::string host = HostOf(location, "s3");
  // A certificate for *.s3.… does not cover names with dots in them.
  const bool has_dot = location.bucket.find('.') != std::string::npos;
  if (location.path_style || has_dot) return "https://" + host + "/" + location.bucket;
  return "https://" + location.bucket + "." + host;
}

}  // namespace

std::string S3Location::uri() const {
  return std::string(kScheme) + bucket + (prefix.empty() ? "" : "/" + prefix);
}

Result<S3Location> LocateS3(const std::string& uri) {
  S3Location location;
  ARROW_RETURN_NOT_OK(SplitUri(uri, location));
  ARROW_RETURN_NOT_OK(CheckFolderConfig());
  ARROW_ASSIGN_OR_RAISE(const ConfigFile config, ReadHostConfig());
  // A [[location]] may name the profile whose settings its own ones come before.
  S3Location configured = location;
  ARROW_RETURN_NOT_OK(ConfigureLocation(config, configured));
  ARROW_ASSIGN_OR_RAISE(const AwsSettings settings,
                        AwsSettings::Read(configured.credentials.profile));
  if (configured.endpoint.empty()) {
    ARROW_ASSIGN_OR_RAISE(location.endpoint, settings.ConfiguredEndpoint("S3"));
  }
  // Servers other than AWS's seldom have a name for each bucket.
  location.path_style = !location.endpoint.empty();
  location.fips = settings.host_variant().fips;
  location.dual_stack = settings.host_variant().dual_stack;
  ARROW_RETURN_NOT_OK(ConfigureLocation(config, location));
  while (location.endpoint.ends_with('/')) location.endpoint.pop_back();
  if (location.region.empty()) location.region = RegionOfArn(location.bucket);
  if (location.region.empty()) location.region = settings.region();
  if (location.endpoint.empty()) {
    ARROW_RETURN_NOT_OK(CheckRegion(location.region));
    ARROW_RETURN_NOT_OK(CheckS3Variant(location.region, {.fips = location.fips}));
  }
  location.credentials.region = location.region;
  return location;
}

Status ConfigureLocation(const ConfigFile& config, S3Location& location) {
  const std::vector<ConfigSection> locations = config.Sections("location");
  const ConfigSection* best = nullptr;
  std::string best_match;
  for (const ConfigSection& each : locations) {
    const auto match = each.Text("location.match");
    if (!match) return each.Wrong("a [[location]] needs a 'match'");
    if (!Matches(*match, location.uri())) continue;
    if (best != nullptr && match->size() <= best_match.size()) continue;
    best = &each;
    best_match = *match;
  }
  if (best != nullptr) SetMembers(*best, location);
  return Status::OK();
}

std::string UrlOf(const S3Location& location, std::string_view key) {
  return BaseUrl(location) + "/" + PercentEncode(key, /*keep_slashes=*/true);
}

}  // namespace flowlake
