/// From "s3://bucket/…" on the command line to the objects that it means.
///   s3://bucket/prefix      what lies below, as of a folder; s3://bucket is all of it
///   s3://bucket/a/key.gz    one object
///   s3://bucket/a/*/key-?   a pattern of keys, as of file names
/// Prefixes that the selection, or a pattern, leaves out are not listed: listings with a
/// delimiter lead to those that it leaves in, and these are listed page by page.
#pragma once

#include <memory>
#include <string>

#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// A bucket and what an argument names in it.
struct ObjectArgument {
  std::string bucket;      ///< "s3://bucket"
  std::string key;         ///< "" for the whole bucket; without the '/' at its end
  bool is_folder = false;  ///< whether it ended with '/', or names the bucket
};
/// Invalid if there is no bucket's name in `uri`.
Result<ObjectArgument> ParseObjectArgument(const std::string& uri);

/// Adds the objects that `argument` names to `found`. `store` is the bucket. Excluded
/// are hidden names, "_"-folders, lakes, and the empty objects with a '/' at their end
/// that consoles make for folders.
Status ListObjects(const ObjectArgument& argument, const std::shared_ptr<Store>& store,
                   const Selection& selection, Listing& found);

}  // namespace flowlake
