/// Events that say that an object has been written: S3 notifications, EventBridge's S3
/// events, and either of them inside SNS or SQS messages, or both.
/// Sources: AWS, "Event message structure" (Amazon S3), "EventBridge event message
/// structure", "Amazon SNS message and JSON formats".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/source/inputs.h"

namespace flowlake {

struct ObjectReference {
  std::string bucket;
  std::string key;  ///< plain, not as a URL has it

  std::string uri() const { return "s3://" + bucket + '/' + key; }
  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

/// The objects that `json` says were created. None of a test event, of deletions,
/// restorations and everything else that happens to objects. Invalid if it is no event of
/// objects at all.
Result<std::vector<ObjectReference>> ObjectsCreated(std::string_view json);

/// The input that `object` is as it is now; nullopt if it is gone, which is no error, or
/// if its name says that it holds no log: hidden, in a "_"-folder, a folder's marker.
/// `open` gives the store of "s3://bucket".
Result<std::optional<Input>> FindObject(const ObjectReference& object,
                                        const StoreOpener& open = OpenLogStore);

/// Of the objects that `json` says were created, the inputs that they are now. What lies
/// below `lake`, a URI, is left out: those are our own files.
Result<std::vector<Input>> FindObjects(std::string_view json, const std::string& lake,
                                       const StoreOpener& open = OpenLogStore);

/// "a+b%20c" -> "a b c", as S3 notifications encode keys. What is no encoding stays.
std::string DecodeFormUrl(std::string_view text);

}  // namespace flowlake
