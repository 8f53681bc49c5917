/// What a data file holds, asked of Arrow's reader: the one that other programs use, and
/// not the one that compaction reads its input with.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/content_sum.h"

namespace flowlake {

/// The sum of the file's rows. A column that the schema lacks, or has with another type,
/// is Invalid; the partition column `date` is passed over. Errors name `name`.
Result<ContentSum> SumOfStored(std::shared_ptr<arrow::io::RandomAccessFile> file,
                               const std::string& name, const Schema& schema);

}  // namespace flowlake
