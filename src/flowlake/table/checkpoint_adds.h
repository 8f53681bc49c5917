/// The `add` column of a checkpoint, read column by column: a large table has millions.
#pragma once

#include <arrow/array.h>

#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

/// Appends the rows of `adds` that are not null. Statistics come from `stats_parsed`
/// where the checkpoint has it, else they stay in AddAction::stats. Errors as of
/// ParseAction.
Status AppendAdds(const arrow::Array& adds, const Schema& schema,
                  std::vector<AddAction>* actions);

}  // namespace flowlake
