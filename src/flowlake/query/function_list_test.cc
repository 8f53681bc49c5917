// Each function of the linked DuckDB is allowed or refused by name: a new version with a
// new function fails here until somebody decides.
#include "flowlake/query/function_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/common/string_util.hpp>

#include "flowlake/query/query_fixture.h"

namespace flowlake {
namespace {

using duckdb::CatalogType;
using testing::HasSubstr;
using testing::IsEmpty;

std::set<std::string> NamesOf(duckdb::Connection& connection, CatalogType set,
                              std::initializer_list<CatalogType> types) {
  std::set<std::string> names;
  duckdb::ClientContext& context = *connection.context;
  context.RunFunctionInTransaction([&] {
    duckdb::Catalog::GetSystemCatalog(context).ScanSchemas(
        context, [&](duckdb::SchemaCatalogEntry& schema) {
          schema.Scan(context, set, [&](duckdb::CatalogEntry& entry) {
            if (std::ranges::find(types, entry.type) == types.end()) return;
            names.insert(duckdb::StringUtil::Lower(entry.name));
          });
        });
  });
  return names;
}

/// In neither list, or in both.
std::vector<std::string> Undecided(const std::set<std::string>& names,
                                   const std::set<std::string_view>& allowed,
                                   const std::set<std::string_view>& refused) {
  std::vector<std::string> undecided;
  for (const std::string& name : names) {
    if (name.starts_with("icu_collate_") || name.starts_with("__internal_")) continue;
    if (allowed.contains(name) == refused.contains(name)) undecided.push_back(name);
  }
  return undecided;
}

std::vector<std::string> Missing(const std::set<std::string_view>& list,
                                 const std::set<std::string>& names) {
  std::vector<std::string> missing;
  for (const auto name : list) {
    if (!names.contains(std::string(name))) missing.emplace_back(name);
  }
  return missing;
}

class FunctionListTest : public QueryFixture {
 protected:
  duckdb::DuckDB database_{nullptr};
  duckdb::Connection connection_{database_};
};

TEST_F(FunctionListTest, EachFunctionOfTheLibraryIsOnOneList) {
  const auto values = NamesOf(
      connection_, CatalogType::SCALAR_FUNCTION_ENTRY,
      {CatalogType::SCALAR_FUNCTION_ENTRY, CatalogType::AGGREGATE_FUNCTION_ENTRY});
  const auto tables = NamesOf(connection_, CatalogType::TABLE_FUNCTION_ENTRY,
                              {CatalogType::TABLE_FUNCTION_ENTRY});
  EXPECT_GT(values.size(), 500U);
  EXPECT_THAT(Undecided(values, AllowedFunctions().values, RefusedFunctions().values),
              IsEmpty());
  EXPECT_THAT(Undecided(tables, AllowedFunctions().tables, RefusedFunctions().tables),
              IsEmpty());
  EXPECT_THAT(Missing(RefusedFunctions().values, values), IsEmpty());
  EXPECT_THAT(Missing(RefusedFunctions().tables, tables), IsEmpty());
}

TEST_F(FunctionListTest, NothingElseIsLeft) {
  RemoveOtherFunctions(connection_);
  const auto left = [&](CatalogType set, std::initializer_list<CatalogType> types) {
    return NamesOf(connection_, set, types);
  };
  EXPECT_THAT(
      left(CatalogType::PRAGMA_FUNCTION_ENTRY, {CatalogType::PRAGMA_FUNCTION_ENTRY}),
      IsEmpty());
  EXPECT_THAT(left(CatalogType::COPY_FUNCTION_ENTRY, {CatalogType::COPY_FUNCTION_ENTRY}),
              IsEmpty());
  for (const auto& name :
       left(CatalogType::TABLE_FUNCTION_ENTRY, {CatalogType::TABLE_FUNCTION_ENTRY})) {
    EXPECT_TRUE(AllowedFunctions().tables.contains(name)) << name;
  }
  for (const auto& name : left(
           CatalogType::SCALAR_FUNCTION_ENTRY,
           {CatalogType::SCALAR_FUNCTION_ENTRY, CatalogType::AGGREGATE_FUNCTION_ENTRY})) {
    EXPECT_FALSE(RefusedFunctions().values.contains(name)) << name;
  }
}

TEST_F(FunctionListTest, RefusedFunctionsCannotBeCalled) {
  for (const bool untrusted : {false, true}) {
    EngineOptions options;
    options.untrusted = untrusted;
    OpenEngine(options);
    for (const auto function : RefusedFunctions().tables) {
      const std::string name(function);
      const std::string error = name + " is not allowed here";
      EXPECT_THAT(Ask("SELECT * FROM " + name + "()"), HasSubstr(error));
      EXPECT_THAT(Ask("SELECT * FROM " + name + "('x')"), HasSubstr(error));
      EXPECT_THAT(Ask("FROM system.main.\"" + name + "\"('SELECT 1')"), HasSubstr(error));
    }
    for (const auto function : RefusedFunctions().values) {
      const std::string name(function);
      const std::string error = name + " is not allowed here";
      EXPECT_THAT(Ask("SELECT " + name + "()"), HasSubstr(error));
      EXPECT_THAT(Ask("SELECT system.main." + name + "('x')"), HasSubstr(error));
    }
    EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  }
}

TEST_F(FunctionListTest, NoPlaceInAStatementReachesThem) {
  for (const char* sql :
       {"SELECT (SELECT max(content) FROM read_text('/etc/passwd'))",
        "WITH x AS (FROM read_text('/etc/passwd')) FROM x",
        "WITH x AS MATERIALIZED (FROM glob('/*')) SELECT 1 FROM x",
        "SELECT 1 FROM vpc_flow, LATERAL (SELECT * FROM glob(srcaddr))",
        "SELECT 1 WHERE EXISTS (FROM glob('/*'))",
        "SELECT 1 ORDER BY (SELECT file FROM "
        "glob('/*'))",
        "SELECT 1 LIMIT (SELECT count(*) FROM glob('/*'))",
        "SELECT 1 OFFSET (SELECT count(*) FROM glob('/*'))",
        "VALUES ((SELECT file FROM glob('/*')))",
        "SELECT list_transform([1], x -> current_setting('threads'))",
        "SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('/*')))",
        "SELECT ('threads').current_setting()",
        "SELECT row_number() OVER (ORDER BY "
        "current_setting('threads'))",
        "SELECT sum(1) FILTER (current_setting('a') = 'b')",
        "SELECT * FROM range((SELECT count(*)::INT FROM glob('/*')))",
        "SELECT 1 FROM vpc_flow GROUP BY current_setting('threads')",
        "SELECT 1 FROM vpc_flow HAVING current_setting('threads') = '1'",
        "SELECT 1 FROM vpc_flow QUALIFY current_setting('threads') = '1'",
        "SELECT COLUMNS(c -> c = current_setting('threads')) FROM vpc_flow",
        "SELECT * REPLACE (current_setting('threads') AS bytes) FROM vpc_flow",
        "FROM (PIVOT (FROM glob('/*')) ON file IN ('a') USING count(*))",
        "FROM (UNPIVOT (FROM glob('/*')) ON file)",
        "SUMMARIZE FROM glob('/*')",
        "DESCRIBE FROM glob('/*')",
        "EXPLAIN FROM glob('/*')",
        "SELECT * FROM vpc_flow JOIN glob('/*') ON true",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('vpc_flow')",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",

        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM pg_catalog.pg_settings",

        "SELECT pg_catalog.pg_sleep(1)",
        "SELECT 1 UNION ALL SELECT size FROM "
        "read_blob('/etc/passwd')",
        "SELECT CASE WHEN true THEN current_setting('a') END",
        "SELECT {'a': current_setting('threads')}",
        "SELECT [current_setting('threads')]",
        "SELECT 1 FROM vpc_flow TABLESAMPLE RESERVOIR (1) , glob('/*')",
        "SELECT * FROM histogram(vpc_flow, bytes)"}) {
    EXPECT_THAT(Ask(sql), HasSubstr(" is not allowed here")) << sql;
  }
}

TEST_F(FunctionListTest, WhatTheSessionMakesReachesThemNeither) {
  for (const char* body :
       {"current_setting('threads')", "(SELECT file FROM glob('/*'))"}) {
    const std::string value(body);
    EXPECT_THAT(Ask("CREATE TEMP MACRO m() AS " + value) + Ask("SELECT m()"),
                HasSubstr(" is not allowed here"));
    EXPECT_THAT(Ask("CREATE VIEW v AS SELECT " + value),
                HasSubstr("is not allowed here"));
    EXPECT_THAT(Ask("CREATE TEMP TABLE t AS SELECT " + value),
                HasSubstr("is not allowed here"));
    EXPECT_THAT(Ask("PREPARE p AS SELECT " + value), HasSubstr("is not allowed here"));
  }
  EXPECT_THAT(Ask("CREATE TEMP TABLE t (a VARCHAR DEFAULT current_setting('threads'))"),
              HasSubstr("is not allowed here"));
  EXPECT_THAT(Ask("CREATE TEMP TABLE t (a INT, b AS (current_setting('threads')))"),
              HasSubstr("is not allowed here"));
  Ask("PREPARE q AS SELECT $1");
  EXPECT_THAT(Ask("EXECUTE q(current_setting('threads'))"),
              HasSubstr("is not allowed here"));
}

TEST_F(FunctionListTest, WhatToolsAskTheCatalogueForIsThere) {
  for (const char* sql : {"SHOW TABLES",
                          "SHOW ALL TABLES",
                          "SHOW DATABASES",
                          "SHOW SCHEMAS",
                          "SHOW TABLES FROM flowlake",
                          "DESCRIBE vpc_flow",
                          "SUMMARIZE SELECT bytes FROM "
                          "vpc_flow",
                          "FROM pragma_table_info('vpc_flow')",
                          "FROM duckdb_columns()",
                          "FROM duckdb_tables",
                          "FROM duckdb_views",
                          "FROM duckdb_functions()",
                          "FROM information_schema.columns",
                          "FROM information_schema.schemata",
                          "FROM information_schema.views",
                          "FROM information_schema.table_constraints",
                          "FROM information_schema.key_column_usage",
                          "FROM pg_catalog.pg_class",
                          "FROM pg_catalog.pg_attribute",
                          "FROM pg_catalog.pg_tables",
                          "FROM pg_catalog.pg_namespace",
                          "FROM pg_catalog.pg_type",
                          "FROM sqlite_master",
                          "FROM pg_catalog.pg_database",
                          "SELECT version()",
                          "EXPLAIN FROM vpc_flow",
                          "EXPLAIN ANALYZE FROM vpc_flow",
                          "EXPLAIN (FORMAT json) FROM vpc_flow"}) {
    const auto answer = engine_->Run(sql, {});
    ASSERT_TRUE(answer.ok()) << sql << answer.status();
    EXPECT_TRUE((*answer)->Next().ok()) << sql;
  }
}

TEST_F(FunctionListTest, TemporaryTablesTakePartInCopiesOfPlans) {
  Ask("CREATE TEMP TABLE t AS SELECT bytes FROM vpc_flow");
  EXPECT_EQ(
      Ask("WITH x AS NOT MATERIALIZED (SELECT * FROM t) SELECT (SELECT count(*) FROM x "
          "WHERE bytes < 10), (SELECT max(bytes) FROM x)"),
      "30|999\n");
}

}  // namespace
}  // namespace flowlake
