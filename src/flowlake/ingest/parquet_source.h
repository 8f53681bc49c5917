/// Somebody's Parquet file as a source of rows.
#pragma once

#include <memory>

#include "flowlake/base/status.h"
#include "flowlake/ingest/record_source.h"

namespace flowlake {

/// The file is read where its pages are, not front to back: its identity must be known,
/// and `request.buffer` is not used. Invalid if the file is damaged or no log.
Result<std::unique_ptr<RecordSource>> OpenParquet(const SourceRequest& request);

}  // namespace flowlake
