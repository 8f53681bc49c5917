/// The `add` column of a checkpoint, read column by column: a large table has millions.
#pragma once

#include <arrow/array.h>

#include <functional>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/table/log_entry.h"

namespace flowlake {

/// Takes a file of a checkpoint: valid for the call, and whatever is moved out of it or
/// changed is made new for the next.
using TakeAdd = std::function<Status(AddAction& add)>;

/// Calls `take` with the rows of `adds` that are not null. Statistics come from
/// `stats_parsed` where the checkpoint has it, else they stay in AddAction::stats. Errors
/// as of ParseAction.
Status ForEachAdd(const arrow::Array& adds, const Schema& schema, const TakeAdd& take);

}  // namespace flowlake
