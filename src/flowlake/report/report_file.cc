// A report's file: a header of comment lines, then one SELECT.
//
//   -- title: Top addresses
//   -- question: Which hosts send and receive most?
//   -- read: Far more sent than received is a server, or
//   --   somebody carrying data out.
//   -- param limit integer 50: rows to show
//   SELECT …
//
// A line that begins with "--   " goes on with the one above. doc/reports.md has the
// keys.
#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "flowlake/report/catalogue.h"
#include "flowlake/report/parameter.h"
#include "flowlake/report/sql_template.h"

namespace flowlake {

namespace {

const std::vector<ReportParameter> kWindowParameters = {
    {"from", "time", "", "first day, or instant, in UTC"},
    {"to", "time", "", "last day (included), or instant (excluded), in UTC"}};
const std::vector<ReportParameter> kRecordParameters = {
    {"account", "text", "", "only this account"},
    {"region", "text", "", "only this region"},
    {"vpc", "text", "", "only this VPC"},
    {"eni", "text", "", "only this interface"},
    {"cidr", "cidr", "", "only records with an end in this range"}};
const ReportParameter kInternalParameter = {
    "internal", "cidr-list", "", "ranges that are yours, besides the private ones"};
const ReportParameter kLimitParameter = {"limit", "integer", "50", "rows to show"};

bool IsName(std::string_view text) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(kCharacters) == std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() &&
         std::string_view(" \t\r").find(text.back()) != std::string::npos) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view FirstWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = Trim(text.substr(end));
  return word;
}

/// "limit integer 50" and what stands behind the colon.
Status AddParameter(std::string_view declaration, std::string_view description,
                    Report* report) {
  ReportParameter parameter;
  parameter.name = FirstWord(declaration);
  parameter.type = FirstWord(declaration);
  parameter.description = description;
  if (!IsName(parameter.name) || !IsParameterType(parameter.type)) {
    return Status::Invalid(
        "a parameter is '-- param name type default: description', and '", parameter.name,
        " ", parameter.type, "' is no name and type (doc/reports.md)");
  }
  if (!declaration.empty()) {
    parameter.default_value = declaration == "\"\"" ? "" : std::string(declaration);
    ARROW_RETURN_NOT_OK(BindValue(parameter, *parameter.default_value).status());
  }
  report->parameters.push_back(std::move(parameter));
  return Status::OK();
}

Status SetOver(std::string_view value, Report* report) {
  if (value != "records" && value != "flows" && value != "flowlogs") {
    return Status::Invalid("'-- over:' takes records, flows or flowlogs, not '", value,
                           "'");
  }
  report->over = value;
  return Status::OK();
}

Status SetDays(std::string_view value, Report* report) {
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), report->days);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (whole && report->days >= 1 && report->days <= 10000) return Status::OK();
  return Status::Invalid("'-- days:' takes a number of days, not '", value, "'");
}

Status SetAliases(std::string_view value, Report* report) {
  while (!value.empty()) report->aliases.emplace_back(FirstWord(value));
  return Status::OK();
}

Status SetTable(std::string_view value, Report* report) {
  if (!IsName(value) && value != "*")
    return Status::Invalid("'-- table:' takes a name or *, not '", value, "'");
  report->table = value;
  return Status::OK();
}

/// "title: Top addresses"
Status SetHeader(std::string_view line, Report* report) {
  const size_t colon = std::min(line.find(": "), line.size());
  std::string_view key = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(std::min(colon + 2, line.size())));
  if (colon < line.size() && key.starts_with("param ")) {
    FirstWord(key);
    return AddParameter(key, value, report);
  }
  std::string* text = key == "title"      ? &report->title
                      : key == "question" ? &report->question
                      : key == "read"     ? &report->read
                      : key == "chart"    ? &report->chart
                                          : nullptr;
  if (text) *text = value;
  if (text) return Status::OK();
  if (key == "over") return SetOver(value, report);
  if (key == "days") return SetDays(value, report);
  if (key == "alias") return SetAliases(value, report);
  if (key == "table") return SetTable(value, report);
  return Status::Invalid(
      "a header line is '-- title:', '-- question:', '-- read:', "
      "'-- chart:', '-- over:', '-- days:', '-- table:', '-- alias:' or "
      "'-- param name type default: description', not '-- ",
      line, "'");
}

struct Header {
  std::vector<std::pair<int, std::string>> lines;  ///< number, without "-- ", joined
  size_t end = 0;                                  ///< where the SQL begins
  int line_count = 0;
};

Result<Header> SplitHeader(std::string_view text) {
  Header header;
  while (text.substr(header.end).starts_with("--")) {
    const size_t end = std::min(text.find('\n', header.end), text.size() - 1) + 1;
    const std::string_view line = text.substr(header.end + 2, end - header.end - 2);
    const std::string_view content = Trim(line.substr(0, line.find('\n')));
    header.end = end;
    ++header.line_count;
    if (content.empty()) continue;
    const bool goes_on = line.starts_with("   ") || line.starts_with("\t");
    if (goes_on && !header.lines.empty()) {
      header.lines.back().second += " " + std::string(content);
    } else {
      header.lines.emplace_back(header.line_count, content);
    }
  }
  return header;
}

bool Declares(const Report& report, std::string_view name) {
  return std::any_of(report.parameters.begin(), report.parameters.end(),
                     [&](const ReportParameter& p) { return p.name == name; });
}

void AddUndeclared(const std::vector<ReportParameter>& parameters, Report* report) {
  for (const ReportParameter& parameter : parameters) {
    if (!Declares(*report, parameter.name)) report->parameters.push_back(parameter);
  }
}

/// The names that the SQL uses; "W" is the window.
Result<std::set<std::string>> UsedNames(std::string_view sql) {
  std::set<std::string> used;
  SqlPlaceholders placeholders;
  placeholders.value = [&](std::string_view name) -> Result<SqlPlaceholders::Bound> {
    used.emplace(name);
    return SqlPlaceholders::Bound{};
  };
  placeholders.word = [&](std::string_view name, std::string_view argument) {
    if (argument.empty() || name == "W") used.emplace(name);
    return Result<SqlPlaceholders::Bound>(SqlPlaceholders::Bound{});
  };
  ARROW_RETURN_NOT_OK(ExpandSql(sql, placeholders).status());
  return used;
}

Status CheckNames(const std::set<std::string>& used, const Report& report) {
  for (const ReportParameter& parameter : report.parameters) {
    if (!used.contains(parameter.name)) {
      return Status::Invalid("the SQL does not use the parameter ", parameter.name);
    }
  }
  for (const std::string& name : used) {
    const bool common = name == "W" || name == "from" || name == "to" || name == "limit";
    if (!common && !Declares(report, name)) {
      return Status::Invalid("the SQL uses '", name, "', and no '-- param ", name,
                             " …' declares it");
    }
  }
  return Status::OK();
}

Status AddCommonParameters(const std::set<std::string>& used, Report* report) {
  report->has_window = !report->over.empty() || used.contains("W") ||
                       used.contains("from") || used.contains("to");
  if (used.contains("limit")) AddUndeclared({kLimitParameter}, report);
  if (report->has_window) AddUndeclared(kWindowParameters, report);
  if (!report->over.empty()) AddUndeclared(kRecordParameters, report);
  if (report->over == "flows") AddUndeclared({kInternalParameter}, report);
  return Status::OK();
}

}  // namespace

Result<Report> ParseReport(std::string_view name, std::string_view text,
                           const std::string& origin) {
  Report report;
  report.name = name;
  report.origin = origin;
  const auto fail = [&](int line, const std::string& message) {
    return Status::Invalid("read the report ", origin, ":", line, ": ", message);
  };
  ARROW_ASSIGN_OR_RAISE(const Header header, SplitHeader(text));
  for (const auto& [line, content] : header.lines) {
    const Status status = SetHeader(content, &report);
    if (!status.ok()) return fail(line, status.message());
  }
  if (report.title.empty() || report.question.empty()) {
    return fail(1, "a report begins with '-- title: …' and '-- question: …'");
  }
  report.sql = text.substr(header.end);
  report.sql.erase(report.sql.find_last_not_of("; \t\r\n") + 1);
  if (report.sql.empty()) return fail(header.line_count + 1, "there is no SQL");
  const auto used = UsedNames(report.sql);
  const Status checked = used.ok() ? CheckNames(*used, report) : used.status();
  if (!checked.ok()) return fail(header.line_count + 1, checked.message());
  ARROW_RETURN_NOT_OK(AddCommonParameters(*used, &report));
  return report;
}

}  // namespace flowlake
