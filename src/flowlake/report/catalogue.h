/// Named, parameterised analyses: SQL files with a description. doc/reports.md has the
/// grammar of a file, the types of parameters and the views that a report may use.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flowlake/base/failures.h"
#include "flowlake/base/status.h"
#include "flowlake/query/engine.h"

namespace flowlake {

struct ReportParameter {
  std::string name;
  /// integer, number, text, date, time, address, cidr, dimension, choice(a,b,…), or one
  /// of integer-list, text-list, address-list, cidr-list.
  std::string type;
  /// nullopt: required. Empty: optional; unset it is NULL, and drops its [[ … ]]
  /// sections.
  std::optional<std::string> default_value;
  std::string description;
};

struct Report {
  std::string name;      ///< "top-talkers"
  std::string title;     ///< "Top addresses"
  std::string question;  ///< the question it answers
  std::string read;      ///< how to read the answer, and how not to
  std::string chart;     ///< a hint: bar, table, stacked area, heatmap, …
  std::string over;      ///< records, flows, flowlogs; empty: the tables themselves
  int days = 2;          ///< asked by default: the newest ones of `table`
  std::string table = "vpc_flow";  ///< "*": those that it names with {in:…}
  bool has_window = true;          ///< takes --from and --to
  std::vector<std::string> aliases;
  std::vector<ReportParameter> parameters;  ///< its own, then those common to all
  std::string sql;                          ///< with placeholders
  std::string origin;                       ///< "built in", or the file
};

/// Arguments by the parameter's name, as text.
using ReportArguments = std::map<std::string, std::string>;

/// Days that a statement asks, as text: "2026-09-21" or "2026-09-21 13:00:00".
struct ReportWindow {
  std::string from;  ///< first day, or first instant
  std::string to;    ///< last day, included; or an instant, excluded
};

/// One report from the text of its file. Invalid names `origin` and the line.
Result<Report> ParseReport(std::string_view name, std::string_view text,
                           const std::string& origin);

/// The built-in reports and those of `folder` (*.sql; may be empty: none), sorted by
/// name. A report of the folder replaces a built-in one of the same name. A file that is
/// not a report is a failure that names file and line, and not in the way of the others;
/// the folder that cannot be listed is one too.
Result<std::vector<Report>> LoadReports(const std::string& folder, Failures& failures);

/// By name or alias, in any case; Invalid names the nearest ones.
Result<const Report*> ChooseReport(const std::vector<Report>& reports,
                                   std::string_view name);

/// One line per report: name and title.
std::string DescribeReports(const std::vector<Report>& reports);
/// The question, the parameters with their defaults, how to read the answer.
std::string DescribeReport(const Report& report);

/// The one statement with `arguments` bound over `window`: values are checked by type and
/// quoted, never pasted; the views that the report stands on are in front. An unknown or
/// missing parameter, or a value that does not fit its type, is Invalid and says what
/// would be right. `from` and `to` in `arguments` are left to `window`; sections about
/// tables that are not among `tables` are left out.
Result<std::string> BindReport(const Report& report, const ReportArguments& arguments,
                               const ReportWindow& window,
                               std::span<const std::string> tables = {});

/// Arguments are checked first, then the window is found (without `from` and `to`: the
/// newest days that the table holds), then the report runs. The answer's statistics
/// include what finding the window cost; its schema's metadata has "flowlake.note": the
/// window and the parameters in words.
Result<std::unique_ptr<Answer>> RunReport(Engine& engine, const Report& report,
                                          const ReportArguments& arguments,
                                          const QueryOptions& options);

}  // namespace flowlake
