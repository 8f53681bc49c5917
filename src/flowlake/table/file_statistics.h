/// What a table's log says about the values in a data file: Delta's `add.stats`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"

namespace flowlake {

/// Those columns of `schema` whose statistics the log keeps, in a fixed order. A log that
/// kept every column's would outgrow the data of a large lake.
std::vector<std::string> StatisticsColumns(const Schema& schema);

/// JSON with numRecords, and nullCount, minValues and maxValues of StatisticsColumns().
/// Timestamps in milliseconds and strings of at most 32 code points, bounds rounded
/// outwards; a bound that cannot be rounded is left out.
std::string FormatStatistics(const DataFile& file, const Schema& schema);

/// Sets `file`'s rows and statistics from JSON that any writer made: bounds that may have
/// been cut are not `exact`. What is missing or of a wrong type is left as it was; only
/// broken JSON is Invalid.
Status ParseStatistics(std::string_view text, const Schema& schema, DataFile* file);
/// Whether the bounds of a column in a log may have been cut: a timestamp is without its
/// microseconds, a string may have been longer.
bool MayBeCut(const ColumnStatistics& column, ColumnType type);

/// The compressed bytes of `schema`'s columns in their order, as our tag has them:
/// "120,,4711". Empty between commas: the file has no such column. Columns at the end may
/// be missing, as those of a later release are.
std::string FormatColumnBytes(const DataFile& file, const Schema& schema);
/// What is not as we write it is as good as nothing.
void ParseColumnBytes(std::string_view text, const Schema& schema, DataFile* file);

}  // namespace flowlake
