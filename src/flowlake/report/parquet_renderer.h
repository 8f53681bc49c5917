/// Answers as one Parquet file.
#pragma once

#include <ostream>

#include "flowlake/base/status.h"
#include "flowlake/query/engine.h"

namespace flowlake {

/// Snappy, streamed; returns the number of rows.
Result<int64_t> RenderParquet(Answer& answer, std::ostream& out);

}  // namespace flowlake
