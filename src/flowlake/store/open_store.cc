#include "flowlake/store/open_store.h"

#include <utility>

#include "flowlake/store/local_store.h"
#include "flowlake/store/s3_location.h"
#include "flowlake/store/s3_store.h"

namespace flowlake {

namespace {
constexpr std::string_view kS3 = "s3://";

Result<std::shared_ptr<Store>> OpenS3(const std::string& uri, KeyRule rule) {
  ARROW_ASSIGN_OR_RAISE(S3Location location, LocateS3(uri));
  return MakeS3Store(std::move(location), rule);
}
}  // namespace

bool IsObjectUri(const std::string& uri) { return uri.starts_with(kS3); }

Result<std::shared_ptr<Store>> OpenStore(const std::string& uri) {
  if (IsObjectUri(uri)) return OpenS3(uri, KeyRule::kNoEmptyNames);
  const size_t scheme = uri.find("://");
  if (scheme != std::string::npos && uri.find('/') == scheme + 1) {
    return Status::Invalid("open ", uri,
                           ": flowlake knows folders and s3://bucket/prefix");
  }
  return MakeLocalStore(uri);
}

Result<std::shared_ptr<Store>> OpenLogStore(const std::string& uri) {
  return IsObjectUri(uri) ? OpenS3(uri, KeyRule::kAny) : OpenStore(uri);
}

}  // namespace flowlake
