/// Whether a table's files are what its log says: for `flowlake check`.
#pragma once

#include <string>
#include <vector>

#include "flowlake/base/status.h"
#include "flowlake/table/snapshot.h"
#include "flowlake/table/table.h"

namespace flowlake {

/// Every data file of the snapshot must be there with the size and the row count of the
/// log, and every ledger that the snapshot refers to must be readable; a checkpoint must
/// say what the log's entries say, where those still go back to the beginning. `deep`
/// also reads every page and verifies its checksum, and holds the rows of files that have
/// a tag of their content (datafile/content_sum.h) against it. The findings, one line
/// each with the path of the object ("vpc_flow/date=…/part-….parquet: is missing"); none
/// if all is well. An error only if the table's folder cannot be listed.
Result<std::vector<std::string>> VerifyTable(const Table& table, const Snapshot& snapshot,
                                             bool deep);

}  // namespace flowlake
