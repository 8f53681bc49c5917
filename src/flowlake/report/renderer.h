/// Answers as text: an aligned table, CSV, JSON, JSON lines, Markdown; and as Parquet.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/query/engine.h"

namespace flowlake {

enum class OutputFormat { kTable, kCsv, kJson, kJsonLines, kMarkdown, kParquet };

/// "table", "csv", "json", "jsonl", "markdown", "parquet"; Invalid lists these.
Result<OutputFormat> ParseOutputFormat(std::string_view name);

struct RenderOptions {
  OutputFormat format = OutputFormat::kTable;
  /// Columns of the terminal for kTable; 0: as wide as the values.
  int width = 0;
  /// Rows that kTable holds back to align them; later ones use these widths.
  int64_t sample_rows = 1000;
};

/// Writes all of `answer` to `out`. Hostile text is escaped as the format asks: control
/// and bidirectional characters for the terminal and Markdown (with | and HTML), RFC 4180
/// for CSV (text that a spreadsheet would run as a formula gets an apostrophe in front),
/// RFC 8259 for JSON. NULL is "NULL" dimmed in tables, empty in CSV, null in JSON.
/// Returns the number of rows.
Result<int64_t> Render(Answer& answer, const RenderOptions& options, std::ostream& out);

/// The `--json` object: {"columns": [{"name", "type"}], "rows": [[…]], "stats": {…}}.
Result<int64_t> RenderJsonObject(Answer& answer, std::ostream& out);
/// {"stats": {…}} for --estimate.
std::string RenderJsonStatistics(const QueryStatistics& statistics);

/// "scanned 1.20 MB of 34.5 MB stored · 3 files read, 5 skipped · …" in one line.
std::string DescribeStatistics(const QueryStatistics& statistics, bool estimate);

}  // namespace flowlake
