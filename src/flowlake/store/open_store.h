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

/// The same for logs, whose keys others chose: what is in a bucket is read also where a
/// name in its path is empty ("/a", "a//b"), but not written. A folder may end in '/':
/// "a//" is the folder without a name in "a", and "/" the one in the root.
Result<std::shared_ptr<Store>> OpenLogStore(const std::string& uri);

}  // namespace flowlake
