/// An object in a store as an input.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/util/future.h>

#include <memory>

#include "flowlake/base/status.h"
#include "flowlake/source/stored_file.h"

namespace flowlake {

/// What is asked for at once of an object that is not read whole, and how many of these
/// are under way: enough for the line's delay times its rate, and a bounded memory.
inline constexpr int64_t kRangeBytes = 4 << 20;
inline constexpr int64_t kRangesAhead = 4;

/// The content of an object, soon.
struct FetchedObject {
  arrow::Future<std::shared_ptr<arrow::Buffer>> bytes;
};
/// Begins to fetch all of an object, in the background. Whoever opens an input with it
/// gets what it got, errors too.
std::shared_ptr<FetchedObject> FetchObject(const Input& input);

/// Reads what the listing found: the object's content with that etag, or it is an
/// IOError. A Read() of all of it is one request; of larger ones, ranges are read ahead
/// in parallel.
Result<std::unique_ptr<StoredFile>> OpenObjectFile(const Input& input);

/// For range reads; small objects are in memory after one request.
Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenObjectRandomAccess(
    const Input& input);

}  // namespace flowlake
