/// Entries of older programs whose statistics other readers take for something else
/// (file_statistics.h), and whose column sizes are in an order that nobody knows.
#pragma once

#include <cstdint>

#include "flowlake/base/status.h"
#include "flowlake/table/snapshot.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// Whether the entry of a file, which flowlake wrote, is such a one.
bool NeedsMending(const Snapshot& snapshot, size_t file);

/// Reads the footers of such files, some thousands at most in one call, and adds them
/// again with what they say; rows stay as they are. Returns how many. A file whose footer
/// cannot be read, or is not of the file that the log describes, is left as it is:
/// `check` names it. So is all, until the next call, if other writers remove one of them
/// meanwhile.
Result<int64_t> MendStatistics(const Table& table);

}  // namespace flowlake
