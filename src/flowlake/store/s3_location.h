/// Where an "s3://bucket/prefix" is and how it is spoken to. doc/s3.md.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/aws/aws_credentials.h"
#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"

namespace flowlake {

struct S3Location {
  std::string bucket;  ///< a name, or the ARN of an access point
  std::string prefix;  ///< of every key, without '/' at either end; may be empty

  std::string region;
  std::string endpoint;  ///< "http://127.0.0.1:7070"; empty: AWS's own
  bool path_style = false;
  bool dual_stack = false;
  bool fips = false;
  bool requester_pays = false;
  std::string expected_bucket_owner;  ///< an account; empty: anybody's
  std::string encryption;             ///< "AES256", "aws:kms"; empty: the bucket's
  std::string kms_key;
  CredentialOptions credentials;

  /// "s3://bucket/prefix".
  std::string uri() const;
};

/// From the URI, AWS's environment variables and shared files, and the [[location]]s of
/// the host's configuration (config/host_config.h). Invalid names what in them is wrong.
Result<S3Location> LocateS3(const std::string& uri);

/// The most specific [[location]] whose `match` ("s3://bucket/prefix*") fits the URI of
/// `location` sets its members. Invalid names file, line and cause.
Status ConfigureLocation(const ConfigFile& config, S3Location& location);

/// The URL of a key, or of the bucket for "": "https://bucket.s3.eu-west-1.….com/key".
std::string UrlOf(const S3Location& location, std::string_view key);

}  // namespace flowlake
