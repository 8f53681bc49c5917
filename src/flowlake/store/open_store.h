/// From what a user calls a place to the store there.
#pragma once

#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// Whether `uri` is "s3://…", not a path.
bool IsObjectUri(const std::string& uri);

/// Of a folder's path or "s3://bucket/prefix". Touches neither.
Result<std::shared_ptr<Store>> OpenStore(const std::string& uri);

}  // namespace flowlake
