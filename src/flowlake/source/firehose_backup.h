/// Objects that Firehose leaves in S3 where it could not deliver or convert: one JSON
/// document per record, whose member rawData is the record in base64.
/// Sources: AWS, "Handle failure in data transformation", "Handling errors for data
/// format conversion".
#pragma once

#include <memory>
#include <string_view>

#include "flowlake/source/byte_stream.h"

namespace flowlake {

/// Whether these are the first bytes, plain, of such an object.
bool IsFirehoseBackup(std::string_view first_bytes);

/// The records in it, one behind the other: unzipped where they are gzip or zlib, with a
/// line feed behind each. `begun` is what has been read of `stream` already. Read() is
/// Invalid where something else than such documents comes, or one is cut.
std::unique_ptr<ByteStream> UnwrapFirehoseBackup(std::unique_ptr<ByteStream> stream,
                                                 std::string_view begun);

}  // namespace flowlake
