#include <arrow/api.h>

#include <algorithm>
#include <utility>

#include "flowlake/base/date.h"
#include "flowlake/report/catalogue.h"
#include "flowlake/report/parameter.h"

namespace flowlake {

namespace {

constexpr const char* kNoteKey = "flowlake.note";
// Open ends: DuckDB's dates go further, other engines' do not.
constexpr const char* kFirstDay = "1970-01-01";
constexpr const char* kLastDay = "9999-12-31";

/// What was read before belongs to the answer's cost; what was skipped before does not
/// say what the report itself skipped.
QueryStatistics WithEarlierCost(QueryStatistics answer, const QueryStatistics& earlier) {
  answer.bytes_scanned += earlier.bytes_scanned;
  answer.bytes_stored = std::max(answer.bytes_stored, earlier.bytes_stored);
  answer.files_read += earlier.files_read;
  answer.row_groups_read += earlier.row_groups_read;
  answer.seconds += earlier.seconds;
  answer.athena_usd += earlier.athena_usd;
  return answer;
}

/// An answer with the cost of what ran before it, and a note.
class ReportAnswer final : public Answer {
 public:
  ReportAnswer(std::unique_ptr<Answer> answer, QueryStatistics before,
               const std::string& note)
      : answer_(std::move(answer)), before_(before) {
    schema_ =
        answer_->schema()->WithMetadata(arrow::key_value_metadata({{kNoteKey, note}}));
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Result<std::shared_ptr<arrow::RecordBatch>> Next() override { return answer_->Next(); }
  QueryStatistics statistics() const override {
    return WithEarlierCost(answer_->statistics(), before_);
  }

 private:
  std::unique_ptr<Answer> answer_;
  QueryStatistics before_;
  std::shared_ptr<arrow::Schema> schema_;
};

std::string Argument(const ReportArguments& arguments, const std::string& name) {
  const auto found = arguments.find(name);
  return found == arguments.end() ? "" : found->second;
}

std::string DaysBefore(const std::string& date, int days) {
  return FormatDate(*ParseDate(date) - days);
}

struct FoundWindow {
  ReportWindow window;
  QueryStatistics cost;
  std::string note;
};

std::string NameOf(const Report& report) {
  return report.table == "*" ? "the lake" : report.table;
}

using TableNames = std::vector<std::string>;

/// The tables of `{in:alb}`, each once.
TableNames TablesNamedIn(const std::string& sql) {
  constexpr std::string_view kMark = "{in:";
  TableNames names;
  for (size_t at = sql.find(kMark); at != sql.npos; at = sql.find(kMark, at)) {
    at += kMark.size();
    const std::string name = sql.substr(at, sql.find('}', at) - at);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

/// The lake's tables, if the report looks at them: listing them may be a request.
Result<TableNames> TablesFor(Engine& engine, const Report& report) {
  const bool is_asked = !TablesNamedIn(report.sql).empty();
  return is_asked ? engine.TableNames() : TableNames();
}

/// The days of the report's table, or of those that it names itself and the lake has:
/// what only the lake names does not become SQL.
SqlText DaysOf(const Report& report, const TableNames& tables) {
  const auto quoted = [](const std::string& name) {
    return SqlText::Identifier(SqlDialect::kAnsi, name);
  };
  if (report.table != "*") return quoted(report.table);
  SqlText days("(SELECT NULL::DATE AS date");
  for (const std::string& name : TablesNamedIn(report.sql)) {
    if (std::ranges::find(tables, name) == tables.end()) continue;
    days += " UNION ALL SELECT max(date) FROM " + quoted(name);
  }
  return days + ") days";
}

/// The newest of `days`; empty if there are none.
Result<std::string> NewestDay(Engine& engine, const SqlText& days,
                              const QueryOptions& options, QueryStatistics* cost) {
  const std::string sql = ("SELECT max(date) AS newest FROM " + days).text();
  ARROW_ASSIGN_OR_RAISE(const auto answer, engine.Run(sql, options));
  std::string newest;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, answer->Next());
    if (!batch) break;
    if (batch->num_rows() == 0) continue;
    ARROW_ASSIGN_OR_RAISE(const auto value, batch->column(0)->GetScalar(0));
    if (value->is_valid) newest = value->ToString();
  }
  *cost = answer->statistics();
  return newest;
}

Result<FoundWindow> NewestDays(Engine& engine, const Report& report,
                               const TableNames& tables, const QueryOptions& options) {
  FoundWindow found;
  const SqlText days = DaysOf(report, tables);
  ARROW_ASSIGN_OR_RAISE(const std::string newest,
                        NewestDay(engine, days, options, &found.cost));
  if (!ParseDate(newest)) {
    found.window = {kFirstDay, kLastDay};
    found.note = NameOf(report) + " holds no days";
    return found;
  }
  found.window = {DaysBefore(newest, report.days - 1), newest};
  found.note = found.window.from + " to " + newest + ", the newest " +
               std::to_string(report.days) + " days of " + NameOf(report) +
               " (--from, --to ask for others)";
  return found;
}

Result<FoundWindow> AskedDays(const Report& report, const std::string& from,
                              const std::string& to) {
  FoundWindow found;
  ARROW_ASSIGN_OR_RAISE(const ParsedTime last, ParseTime(to.empty() ? kLastDay : to));
  found.window.to = last.has_time ? last.timestamp : last.date;
  found.window.from = from;
  if (from.empty()) found.window.from = DaysBefore(last.date, report.days - 1);
  ARROW_ASSIGN_OR_RAISE(const ParsedTime first, ParseTime(found.window.from));
  if (first.timestamp > last.timestamp) {
    return Status::Invalid("--from ", from, " is after --to ", to);
  }
  found.note = found.window.from + (to.empty() ? " and later" : " to " + found.window.to);
  return found;
}

Result<FoundWindow> FindWindow(Engine& engine, const Report& report,
                               const ReportArguments& arguments, const TableNames& tables,
                               const QueryOptions& options) {
  const std::string from = Argument(arguments, "from");
  const std::string to = Argument(arguments, "to");
  if (!report.has_window) return FoundWindow{{kFirstDay, kLastDay}, {}, ""};
  if (from.empty() && to.empty()) return NewestDays(engine, report, tables, options);
  return AskedDays(report, from, to);
}

/// The thresholds that decide what is shown: an empty answer may only mean that they are
/// too high.
std::string DescribeValues(const Report& report, const ReportArguments& arguments) {
  std::string text;
  for (const ReportParameter& parameter : report.parameters) {
    if (parameter.name == "from" || parameter.name == "to") continue;
    const auto given = arguments.find(parameter.name);
    const std::string value =
        given != arguments.end() ? given->second : parameter.default_value.value_or("");
    if (!value.empty()) text += "; " + parameter.name + " = " + value;
  }
  return text;
}

/// The tables that the answer is without: nothing in it may only mean that. A report over
/// all that the lake holds asks for none in particular.
std::string DescribeMissing(const Report& report, const TableNames& tables) {
  std::string missing;
  if (report.table == "*") return missing;
  for (const std::string& name : TablesNamedIn(report.sql)) {
    if (std::ranges::find(tables, name) != tables.end()) continue;
    missing += (missing.empty() ? "; the lake has no " : ", ") + name;
  }
  return missing;
}

}  // namespace

Result<std::unique_ptr<Answer>> RunReport(Engine& engine, const Report& report,
                                          const ReportArguments& arguments,
                                          const QueryOptions& options) {
  // A wrong argument is said before anything is read.
  ARROW_RETURN_NOT_OK(BindReport(report, arguments, {kFirstDay, kLastDay}).status());
  ARROW_ASSIGN_OR_RAISE(const TableNames tables, TablesFor(engine, report));
  ARROW_ASSIGN_OR_RAISE(const FoundWindow found,
                        FindWindow(engine, report, arguments, tables, options));
  ARROW_ASSIGN_OR_RAISE(const std::string sql,
                        BindReport(report, arguments, found.window, tables));
  ARROW_ASSIGN_OR_RAISE(auto answer, engine.Run(sql, options));
  std::string note =
      found.note + DescribeValues(report, arguments) + DescribeMissing(report, tables);
  if (note.starts_with("; ")) note.erase(0, 2);
  return std::make_unique<ReportAnswer>(std::move(answer), found.cost, note);
}

}  // namespace flowlake
