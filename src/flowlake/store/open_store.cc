#include "flowlake/store/open_store.h"

#include "flowlake/store/local_store.h"

namespace flowlake {

bool IsObjectUri(const std::string& uri) { return uri.starts_with("s3://"); }

Result<std::shared_ptr<Store>> OpenStore(const std::string& uri) {
  if (!IsObjectUri(uri)) return MakeLocalStore(uri);
  return Status::NotImplemented("open ", uri, ": S3 is not supported yet; give a folder");
}

}  // namespace flowlake
