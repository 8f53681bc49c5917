#include "flowlake/query/statement_guard.h"

#include <duckdb.hpp>
#include <duckdb/parser/parsed_data/create_info.hpp>
#include <duckdb/parser/statement/create_statement.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/prepare_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "flowlake/query/function_guard.h"

namespace flowlake {

namespace {

using duckdb::StatementType;

Status CheckExplain(const duckdb::ExplainStatement& explain, bool untrusted) {
  if (untrusted && explain.explain_type == duckdb::ExplainType::EXPLAIN_ANALYZE) {
    return Status::Invalid("EXPLAIN ANALYZE is not allowed here: it runs the query");
  }
  return CheckStatement(*explain.stmt, untrusted);
}

Status CheckCreate(const duckdb::CreateStatement& create) {
  const auto type = create.info->type;
  if (type == duckdb::CatalogType::SECRET_ENTRY) {
    return Status::Invalid("CREATE SECRET is not allowed: queries have no network");
  }
  if (type == duckdb::CatalogType::TABLE_ENTRY && !create.info->temporary) {
    return Status::Invalid(
        "the lake is read-only: write CREATE TEMP TABLE for one that lasts as long as "
        "the session");
  }
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

}  // namespace

Status CheckStatement(const duckdb::SQLStatement& statement, bool untrusted) {
  const StatementType type = statement.type;
  if (type == StatementType::SELECT_STATEMENT) {
    const auto& select = statement.Cast<duckdb::SelectStatement>();
    return untrusted ? CheckFunctions(*select.node) : Status::OK();
  }
  if (type == StatementType::EXPLAIN_STATEMENT) {
    return CheckExplain(statement.Cast<duckdb::ExplainStatement>(), untrusted);
  }
  if (!untrusted && type == StatementType::PREPARE_STATEMENT) {
    return CheckStatement(*statement.Cast<duckdb::PrepareStatement>().statement, false);
  }
  if (!untrusted && type == StatementType::EXECUTE_STATEMENT) return Status::OK();
  if (!untrusted && type == StatementType::DROP_STATEMENT) return Status::OK();
  if (!untrusted && type == StatementType::CREATE_STATEMENT) {
    return CheckCreate(statement.Cast<duckdb::CreateStatement>());
  }
  return Status::Invalid(duckdb::StatementTypeToString(type), " is not allowed",
                         untrusted ? ": only SELECT is" : ": the lake is read-only",
                         Advice(type));
}

}  // namespace flowlake
