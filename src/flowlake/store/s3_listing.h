/// Answers of ListObjectsV2 and of multipart uploads, as XML. "Amazon S3 API Reference".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"

namespace flowlake {

struct S3Listing {
  std::vector<ObjectInfo> objects;    ///< whole keys as paths
  std::vector<std::string> prefixes;  ///< with a delimiter: what ends in it
  std::string next;                   ///< continuation token; empty: that was all
};

/// Invalid if it is none.
Result<S3Listing> ParseListing(std::string_view xml);

struct S3UploadListing {
  std::vector<UnfinishedObject> uploads;  ///< whole keys as paths
  std::string next_key;                   ///< markers of the next page;
  std::string next_upload;                ///< both empty: that was all
};

/// Of ListMultipartUploads. Invalid if it is none.
Result<S3UploadListing> ParseUploadListing(std::string_view xml);

/// The text of the first element of that name; Invalid if there is none.
Result<std::string> ParseElement(std::string_view xml, const char* name);

}  // namespace flowlake
