#include "flowlake/query/statement_guard.h"

#include <duckdb/common/string_util.hpp>
#include <duckdb/main/client_context.hpp>
#include <duckdb/parser/parsed_data/create_info.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/statement/create_statement.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/prepare_statement.hpp>

namespace flowlake {

namespace {

using duckdb::CatalogType;
using duckdb::StatementType;

Status Check(duckdb::SQLStatement& statement, bool untrusted);

Status CheckExplain(duckdb::ExplainStatement& explain, bool untrusted) {
  if (untrusted && explain.explain_type == duckdb::ExplainType::EXPLAIN_ANALYZE) {
    return Status::Invalid("EXPLAIN ANALYZE is not allowed here: it runs the query");
  }
  return Check(*explain.stmt, untrusted);
}

Status CheckCreate(duckdb::CreateInfo& info) {
  switch (info.type) {
    case CatalogType::TABLE_ENTRY:
      if (info.temporary) break;
      return Status::Invalid(
          "the lake is read-only: write CREATE TEMP TABLE for one that lasts as long as "
          "the session");
    case CatalogType::VIEW_ENTRY:
    case CatalogType::MACRO_ENTRY:
    case CatalogType::TABLE_MACRO_ENTRY:
    case CatalogType::TYPE_ENTRY:
      break;
    default:
      return Status::Invalid(
          "CREATE ", duckdb::StringUtil::Upper(duckdb::CatalogTypeToString(info.type)),
          " is not allowed: the lake is read-only");
  }
  const bool is_elsewhere = !info.catalog.empty() || !info.schema.empty();
  if (is_elsewhere && !duckdb::StringUtil::CIEquals(info.catalog, TEMP_CATALOG)) {
    return Status::Invalid(
        "the lake is read-only: what CREATE makes lasts as long as the session and takes "
        "a name without a database");
  }
  info.temporary = true;
  info.catalog = TEMP_CATALOG;
  info.schema = DEFAULT_SCHEMA;
  return Status::OK();
}

std::string Advice(StatementType type) {
  switch (type) {
    case StatementType::COPY_STATEMENT:
    case StatementType::EXPORT_STATEMENT:
    case StatementType::COPY_DATABASE_STATEMENT:
      return "; to write an answer to a file, use --output parquet or --output csv";
    case StatementType::INSERT_STATEMENT:
    case StatementType::UPDATE_STATEMENT:
    case StatementType::DELETE_STATEMENT:
    case StatementType::MERGE_INTO_STATEMENT:
      return "; rows come in with flowlake ingest";
    default:
      return "";
  }
}

Status Refuse(StatementType type, bool untrusted) {
  if (type == StatementType::MULTI_STATEMENT) {
    return Status::Invalid("PIVOT needs its values: write PIVOT … ON column IN (…)");
  }
  return Status::Invalid(duckdb::StatementTypeToString(type), " is not allowed",
                         untrusted ? ": only SELECT is" : ": the lake is read-only",
                         Advice(type));
}

Status CheckTrusted(duckdb::SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::PREPARE_STATEMENT:
      return Check(*statement.Cast<duckdb::PrepareStatement>().statement, false);
    case StatementType::CREATE_STATEMENT:
      return CheckCreate(*statement.Cast<duckdb::CreateStatement>().info);
    case StatementType::EXECUTE_STATEMENT:
    case StatementType::DROP_STATEMENT:
      return Status::OK();
    default:
      return Refuse(statement.type, false);
  }
}

Status Check(duckdb::SQLStatement& statement, bool untrusted) {
  switch (statement.type) {
    case StatementType::SELECT_STATEMENT:
      return Status::OK();
    case StatementType::EXPLAIN_STATEMENT:
      return CheckExplain(statement.Cast<duckdb::ExplainStatement>(), untrusted);
    default:
      return untrusted ? Refuse(statement.type, true) : CheckTrusted(statement);
  }
}

}  // namespace

Status CheckStatementText(std::string_view sql) {
  const size_t nul = sql.find('\0');
  if (nul == std::string_view::npos) return Status::OK();
  return Status::Invalid(
      "a statement cannot hold a NUL byte, and this one has one after ", nul,
      " bytes; write chr(0) for it");
}

Result<duckdb::unique_ptr<duckdb::SQLStatement>> ParseStatement(
    const duckdb::ClientContext& context, const std::string& sql, bool untrusted) {
  duckdb::Parser parser(context.GetParserOptions());
  parser.ParseQuery(sql);
  if (parser.statements.size() != 1) {
    return Status::Invalid("one statement is expected, not ", parser.statements.size());
  }
  ARROW_RETURN_NOT_OK(Check(*parser.statements[0], untrusted));
  return std::move(parser.statements[0]);
}

}  // namespace flowlake
