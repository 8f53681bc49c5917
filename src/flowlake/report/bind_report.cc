#include <algorithm>
#include <cassert>
#include <cctype>

#include "flowlake/report/catalogue.h"
#include "flowlake/report/embedded_sql.h"
#include "flowlake/report/parameter.h"
#include "flowlake/report/sql_template.h"

namespace flowlake {

namespace {

const ReportParameter* FindParameter(const Report& report, std::string_view name) {
  for (const ReportParameter& parameter : report.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

std::string ParameterNames(const Report& report) {
  std::string names;
  for (const ReportParameter& parameter : report.parameters) {
    names += (names.empty() ? "--" : ", --") + parameter.name;
  }
  return names.empty() ? "none" : names;
}

Status CheckArguments(const Report& report, const ReportArguments& arguments) {
  for (const auto& [name, text] : arguments) {
    const ReportParameter* parameter = FindParameter(report, name);
    if (!parameter) {
      return Status::Invalid("the report ", report.name, " has no parameter --", name,
                             "; it takes ", ParameterNames(report));
    }
    ARROW_RETURN_NOT_OK(BindValue(*parameter, text).status());
  }
  for (const ReportParameter& parameter : report.parameters) {
    if (parameter.default_value || arguments.contains(parameter.name)) continue;
    return Status::Invalid("the report ", report.name, " needs --", parameter.name, ": ",
                           parameter.description);
  }
  return Status::OK();
}

/// Addresses that stay inside, whoever the owner: RFC 1918, RFC 6598, RFC 4193,
/// link-local.
constexpr std::string_view kInternalCondition =
    "coalesce(X LIKE '10.%' OR X LIKE '192.168.%'"
    " OR (X LIKE '172.%' AND TRY_CAST(split_part(X, '.', 2) AS integer)"
    " BETWEEN 16 AND 31)"
    " OR (X LIKE '100.%' AND TRY_CAST(split_part(X, '.', 2) AS integer)"
    " BETWEEN 64 AND 127)"
    " OR lower(X) LIKE 'fd%' OR lower(X) LIKE 'fe80:%'";

class Binding {
 public:
  Binding(const Report& report, const ReportArguments& arguments,
          std::span<const std::string> tables, ParsedTime from, ParsedTime to)
      : report_(report),
        arguments_(arguments),
        tables_(tables),
        from_(std::move(from)),
        to_(std::move(to)) {}

  Result<SqlText> Expand(std::string_view sql) const {
    SqlPlaceholders placeholders;
    placeholders.value = [this](std::string_view name) { return Value(name); };
    placeholders.word = [this](std::string_view name, std::string_view argument) {
      return Word(name, argument);
    };
    return ExpandSql(sql, placeholders);
  }

 private:
  std::string Text(const ReportParameter& parameter) const {
    const auto given = arguments_.find(parameter.name);
    return given != arguments_.end() ? given->second
                                     : parameter.default_value.value_or("");
  }

  Result<SqlPlaceholders::Bound> Value(std::string_view name) const {
    if (name == "from") return SqlPlaceholders::Bound{"DATE " + QuoteText(from_.date)};
    if (name == "to") return SqlPlaceholders::Bound{"DATE " + QuoteText(to_.date)};
    const ReportParameter* parameter = FindParameter(report_, name);
    if (!parameter) return Status::Invalid("unknown parameter :", name);
    const std::string text = Text(*parameter);
    ARROW_ASSIGN_OR_RAISE(SqlText sql, BindValue(*parameter, text));
    return SqlPlaceholders::Bound{std::move(sql), SplitList(text).empty()};
  }

  Result<SqlPlaceholders::Bound> Word(std::string_view name,
                                      std::string_view argument) const {
    using Bound = SqlPlaceholders::Bound;
    if (name == "W") return Bound{WindowCondition(argument)};
    if (name == "in" && !argument.empty()) return TableIfThere(argument);
    if (name == "internal" && !argument.empty()) {
      ARROW_ASSIGN_OR_RAISE(SqlText condition, InternalCondition(argument));
      return Bound{std::move(condition)};
    }
    const ReportParameter* parameter = FindParameter(report_, name);
    if (!parameter || !IsWordType(parameter->type) || !argument.empty()) {
      return Status::Invalid("unknown word {", name, "}; quote the keys of a struct");
    }
    ARROW_ASSIGN_OR_RAISE(SqlText word, BindValue(*parameter, Text(*parameter)));
    return Bound{std::move(word)};
  }

  /// A table's name; empty if the lake does not have it.
  SqlPlaceholders::Bound TableIfThere(std::string_view table) const {
    const bool is_there = std::ranges::find(tables_, table) != tables_.end();
    return {SqlText::Identifier(SqlDialect::kAnsi, table), !is_there};
  }

  /// `date` prunes files; an instant within a day needs the time as well.
  SqlText WindowCondition(std::string_view column) const {
    const bool is_flow_log = report_.table.ends_with("_flow");
    if (column.empty()) column = is_flow_log ? "start" : "time";
    const SqlText time = SqlText::Identifier(SqlDialect::kAnsi, column);
    SqlText condition =
        "date BETWEEN DATE " + QuoteText(from_.date) + " AND DATE " + QuoteText(to_.date);
    if (from_.has_time) {
      condition += " AND " + time + " >= TIMESTAMP " + QuoteText(from_.timestamp);
    }
    if (to_.has_time) {
      condition += " AND " + time + " < TIMESTAMP " + QuoteText(to_.timestamp);
    }
    return condition;
  }

  /// `address` is an expression of the report.
  Result<SqlText> InternalCondition(std::string_view address) const {
    std::string fixed;
    for (const char c : kInternalCondition) {
      fixed += c == 'X' ? std::string(address) : std::string(1, c);
    }
    SqlText condition = SqlText::Written(fixed);
    if (const ReportParameter* ranges = FindParameter(report_, "internal")) {
      for (const std::string& range : SplitList(Text(*ranges))) {
        condition += " OR cidr_contains(" + QuoteText(range) + ", " +
                     SqlText::Written(address) + ")";
      }
    }
    return condition + ", false)";
  }

  const Report& report_;
  const ReportArguments& arguments_;
  std::span<const std::string> tables_;
  ParsedTime from_;
  ParsedTime to_;
};

std::string_view ViewText(std::string_view name) {
  for (const EmbeddedSql& view : EmbeddedViews()) {
    if (view.name == name) return view.text;
  }
  assert(false && "a view that is not embedded");
  return {};
}

/// A report's own WITH joins the views' one.
SqlText JoinBody(const SqlText& views, const SqlText& body) {
  const size_t start = body.text().find_first_not_of(" \t\r\n");
  const std::string_view rest = std::string_view(body.text()).substr(start);
  const auto same = [](char a, char b) { return std::toupper(a) == b; };
  constexpr std::string_view kWith = "WITH";
  const bool has_with = rest.size() > kWith.size() &&
                        std::equal(kWith.begin(), kWith.end(), rest.begin(),
                                   [&](char upper, char c) { return same(c, upper); }) &&
                        std::isspace(static_cast<unsigned char>(rest[kWith.size()])) != 0;
  if (!has_with) return "WITH " + views + body;
  return "WITH " + views + "," + SqlText::Written(rest.substr(kWith.size()));
}

}  // namespace

Result<std::string> BindReport(const Report& report, const ReportArguments& arguments,
                               const ReportWindow& window,
                               std::span<const std::string> tables) {
  ARROW_RETURN_NOT_OK(CheckArguments(report, arguments));
  ARROW_ASSIGN_OR_RAISE(const ParsedTime from, ParseTime(window.from));
  ARROW_ASSIGN_OR_RAISE(const ParsedTime to, ParseTime(window.to));
  const Binding binding(report, arguments, tables, from, to);
  ARROW_ASSIGN_OR_RAISE(const SqlText body, binding.Expand(report.sql));
  if (report.over.empty()) return body.text();
  ARROW_ASSIGN_OR_RAISE(SqlText views, binding.Expand(ViewText("records")));
  if (report.over != "records") {
    ARROW_ASSIGN_OR_RAISE(const SqlText over, binding.Expand(ViewText(report.over)));
    views += ",\n" + over;
  }
  return JoinBody(views, body).text();
}

}  // namespace flowlake
