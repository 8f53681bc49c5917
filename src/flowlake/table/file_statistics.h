/// What a table's log says about the values in a data file: Delta's `add.stats`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/schema.h"
#include "flowlake/base/status.h"
#include "flowlake/datafile/data_file.h"
#include "flowlake/table/table_property.h"

namespace flowlake {

/// Those columns of `schema` whose statistics the log of a new table keeps, in a fixed
/// order. A log that kept every column's would outgrow the data of a large lake.
std::vector<std::string> StatisticsColumns(const Schema& schema);

/// Those that a table's log keeps, as its properties say; as Delta does without the
/// property, the first 32. Columns that `schema` lacks are left out.
std::vector<std::string> ListedColumns(const TableProperties& properties,
                                       const Schema& schema);

/// What is known of a column: that of one which the file lacks is NULL in every row.
std::optional<ColumnStatistics> StatisticsOf(const DataFile& file,
                                             const std::string& column);

/// JSON with numRecords, and of each of `columns` (of `schema`) nullCount, and minValues
/// and maxValues unless it is NULL in every row. Where one of them cannot be given, there
/// is numRecords alone: readers of Delta tables lose rows, or invent them, where a column
/// has one bound, or a null count alone, or nothing while others have all. Timestamps in
/// milliseconds and strings of at most 32 code points, bounds rounded outwards.
std::string FormatStatistics(const DataFile& file, const Schema& schema,
                             const std::vector<std::string>& columns);

/// Sets `file`'s rows and statistics from JSON that any writer made: bounds that may have
/// been cut are not `exact`. What is missing or of a wrong type is left as it was; only
/// broken JSON is Invalid.
Status ParseStatistics(std::string_view text, const Schema& schema, DataFile* file);
/// Whether the bounds of a column in a log may have been cut: a timestamp is without its
/// microseconds, a string may have been longer.
bool MayBeCut(const ColumnStatistics& column, ColumnType type);

}  // namespace flowlake
