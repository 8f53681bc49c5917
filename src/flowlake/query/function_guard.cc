#include "flowlake/query/function_guard.h"

#include <algorithm>
#include <array>
#include <duckdb.hpp>
#include <duckdb/common/string_util.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/expression/subquery_expression.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/basetableref.hpp>
#include <duckdb/parser/tableref/showref.hpp>
#include <duckdb/parser/tableref/table_function_ref.hpp>
#include <string_view>

namespace flowlake {

namespace {

using duckdb::ParsedExpression;
using duckdb::TableRef;

constexpr std::array<std::string_view, 6> kTableFunctions = {
    "range", "generate_series", "unnest", "repeat", "repeat_row", "lake_scan"};

constexpr std::array<std::string_view, 9> kRefusedFunctions = {"getenv",
                                                               "current_setting",
                                                               "getvariable",
                                                               "write_log",
                                                               "nextval",
                                                               "currval",
                                                               "json_serialize_sql",
                                                               "json_deserialize_sql",
                                                               "json_serialize_plan"};

constexpr std::array<std::string_view, 5> kSystemTables = {
    "duckdb_columns", "duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views"};

template <size_t kSize>
bool IsIn(const std::array<std::string_view, kSize>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Throws, so that DuckDB's iterators end at the first.
void Refuse(const std::string& name) {
  throw duckdb::PermissionException("%s is not allowed here", name);
}

class Walk {
 public:
  void Query(duckdb::QueryNode& query) {
    duckdb::ParsedExpressionIterator::EnumerateQueryNodeChildren(
        query,
        [this](duckdb::unique_ptr<ParsedExpression>& child) { Expression(*child); },
        [this](TableRef& table) { Table(table); });
  }

 private:
  void Expression(ParsedExpression& expression) {
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::FUNCTION) {
      const auto& name = expression.Cast<duckdb::FunctionExpression>().function_name;
      const auto lower = duckdb::StringUtil::Lower(name);
      if (IsIn(kRefusedFunctions, lower)) Refuse(lower);
    }
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY) {
      Query(*expression.Cast<duckdb::SubqueryExpression>().subquery->node);
    }
    duckdb::ParsedExpressionIterator::EnumerateChildren(
        expression,
        [this](duckdb::unique_ptr<ParsedExpression>& child) { Expression(*child); });
  }

  void Table(TableRef& table) {
    switch (table.type) {
      case duckdb::TableReferenceType::TABLE_FUNCTION:
        return TableFunction(table.Cast<duckdb::TableFunctionRef>());
      case duckdb::TableReferenceType::BASE_TABLE:
        return BaseTable(table.Cast<duckdb::BaseTableRef>());
      case duckdb::TableReferenceType::SHOW_REF:  // SUMMARIZE runs its query
        if (table.Cast<duckdb::ShowRef>().query)
          Query(*table.Cast<duckdb::ShowRef>().query);
        return;
      default:
        return;
    }
  }

  static void TableFunction(const duckdb::TableFunctionRef& table) {
    const auto& name = table.function->Cast<duckdb::FunctionExpression>().function_name;
    const auto lower = duckdb::StringUtil::Lower(name);
    if (!IsIn(kTableFunctions, lower)) Refuse(lower);
  }

  static void BaseTable(const duckdb::BaseTableRef& table) {
    const auto lower = duckdb::StringUtil::Lower(table.table_name);
    const bool system = lower.starts_with("duckdb_") || lower.starts_with("pragma_");
    if (system && !IsIn(kSystemTables, lower)) Refuse(lower);
  }
};

}  // namespace

Status CheckFunctions(duckdb::QueryNode& query) {
  try {
    Walk().Query(query);
  } catch (const duckdb::PermissionException& refused) {
    return Status::Invalid(duckdb::ErrorData(refused).RawMessage());
  }
  return Status::OK();
}

}  // namespace flowlake
