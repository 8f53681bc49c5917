/// Finds the messages in the JSON that AWS puts around lines of a log, in one pass and
/// without a tree of the document: the fast twin of what MessageParser reads from a
/// parsed document.
#pragma once

#include <cstddef>
#include <string_view>

#include "flowlake/format/message_block.h"

namespace flowlake {

/// Adds the messages of the document that `bytes` begins with to `block`, in which a
/// document has begun, and returns the document's length.
///   {"messageType":"DATA_MESSAGE", … "logEvents":[{… "message":"<line>"}, …]}
/// A control message adds nothing. 0: the document is not whole, not valid or unusual,
/// and the block is to drop it.
size_t ScanCloudWatch(std::string_view bytes, MessageBlock& block);

/// The same for {"message":"<line>"}, with or without other members.
size_t ScanMessage(std::string_view bytes, MessageBlock& block);

}  // namespace flowlake
