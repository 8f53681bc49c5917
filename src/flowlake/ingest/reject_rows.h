/// Rejects as rows of the table `rejects`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flowlake/base/columns.h"
#include "flowlake/format/reject.h"

namespace flowlake {

/// Where some rejects come from.
struct RejectOrigin {
  std::string input;  ///< the input's name
  std::string log;    ///< the table their records would have gone to; empty if unknown
  int64_t at = 0;     ///< when they were found, microseconds since the epoch
};

/// `builder` is one of RejectsSchema(), without open rows. Names and texts are escaped,
/// so that the table holds valid UTF-8 whatever the input held.
Columns RejectRows(const std::vector<Reject>& rejects, const RejectOrigin& origin,
                   ColumnsBuilder& builder);

}  // namespace flowlake
