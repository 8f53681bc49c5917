/// Objects in a bucket of S3, or of a server that speaks its protocol. doc/s3.md.
///
/// PutIfAbsent is a conditional PUT (`If-None-Match: *`) that is never repeated here: of
/// an answer that was lost nobody knows what it was, and the caller must look. A server
/// that ignores the condition is found when a lake is made (table/lake.h).
///
/// A killed process may leave unfinished multipart uploads, which only ListUnfinished()
/// shows; `vacuum` or a lifecycle rule of the bucket ends them.
#pragma once

#include <memory>

#include "flowlake/store/s3_location.h"
#include "flowlake/store/store.h"

namespace flowlake {

/// Which keys are read and listed; those that are written have no empty names.
enum class KeyRule {
  kNoEmptyNames,
  kAny,  ///< as OpenLogStore() says
};

/// Asks nobody yet.
std::shared_ptr<Store> MakeS3Store(S3Location location,
                                   KeyRule rule = KeyRule::kNoEmptyNames);

}  // namespace flowlake
