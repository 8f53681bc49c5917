/// The types of report parameters: what their text may be, and how it looks in SQL.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/query/sql_text.h"
#include "flowlake/report/catalogue.h"

namespace flowlake {

/// Is `type` one of those in ReportParameter?
bool IsParameterType(std::string_view type);

/// A type whose value is a word of an allow-list, written as {name}: dimension,
/// choice(…).
bool IsWordType(std::string_view type);

/// `text` as SQL of the parameter's type: a number, a quoted literal, a list without
/// brackets, or a word of the allow-list. Empty text is NULL, except for text-like words.
/// Invalid: "--limit takes an integer, such as 50, not 'ten'".
Result<SqlText> BindValue(const ReportParameter& parameter, std::string_view text);

/// 'it''s'
SqlText QuoteText(std::string_view text);

/// The elements between commas, without the spaces around; empty ones are dropped.
std::vector<std::string> SplitList(std::string_view text);

/// A date or a time of day in UTC ("2026-09-21", "2026-09-21 13:05", with T and Z too).
struct ParsedTime {
  std::string date;       ///< "2026-09-21"
  std::string timestamp;  ///< "2026-09-21 13:05:00"
  bool has_time = false;
};
Result<ParsedTime> ParseTime(std::string_view text);

}  // namespace flowlake
