/// Rows of a Parquet file that has columns of a kind of log (log_kind.h).
#pragma once

#include <memory>

#include "flowlake/format/log_kind.h"
#include "flowlake/format/parquet_rows.h"

namespace flowlake {

/// `log` outlives the rows. Columns have names in any spelling and types of any kind:
/// a value is taken as its text.
std::unique_ptr<ParquetRows> MakeParquetLogRows(const LogKind& log,
                                                const arrow::Schema& file_schema,
                                                const ParseLimits& limits);

}  // namespace flowlake
