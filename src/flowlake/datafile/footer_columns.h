/// What a footer says of a file's columns, over all row groups.
#pragma once

#include "flowlake/datafile/data_file.h"
#include "flowlake/datafile/footer.h"

namespace flowlake {

/// Sets `file`'s statistics and column sizes. Requires the same columns in every row
/// group.
void DescribeColumns(const Footer& footer, DataFile* file);
/// Whether every row group has as many columns as the first.
bool HasEqualRowGroups(const Footer& footer);

}  // namespace flowlake
