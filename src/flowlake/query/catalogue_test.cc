// What a session sees of a lake, whatever its names are; and what it cannot do to it.
#include "flowlake/query/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "flowlake/query/query_fixture.h"
#include "flowlake/store/faulty_store.h"

namespace flowlake {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const char* const kHostileNames[] = {
    "x'); CREATE TEMP TABLE ran AS SELECT 1; --",
    "x\"; CREATE TEMP TABLE ran AS SELECT 1; --",
    "x\" AS y FROM range(1); CREATE TEMP TABLE ran AS SELECT 1; --",
    "it's; a \"name\" /* with",
    "two\nlines",
    "select",
    "-- comment",
    "SELECT * FROM glob('*')",
    "$$ || 1",
    "naïve 表",
    "e'\\'",
};

std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// Remembers the first folder of all that is asked for; "" is the list of them.
class RecordingStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;

  Result<std::vector<ObjectInfo>> List(const std::string& folder) override {
    return Note(folder), FaultyStore::List(folder);
  }
  Result<std::vector<std::string>> Names(const std::string& folder,
                                         const std::string& after) override {
    return Note(folder), FaultyStore::Names(folder, after);
  }
  Result<std::optional<ObjectInfo>> Stat(const std::string& path) override {
    return Note(path), FaultyStore::Stat(path);
  }
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path, const std::string& etag) override {
    return Note(path), FaultyStore::Open(path, etag);
  }

  /// Since the last call.
  std::set<std::string> Asked() {
    std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }

 private:
  void Note(const std::string& path) {
    std::lock_guard lock(mutex_);
    asked_.insert(path.substr(0, path.find('/')));
  }

  std::mutex mutex_;
  std::set<std::string> asked_;
};

class CatalogueTest : public QueryFixture {
 protected:
  /// Two rows; in row r, column c holds "r<r>c<c>" or 10 * r + c.
  void MakeTable(const std::string& name, const std::vector<Field>& fields) {
    const Schema schema(name, fields);
    const Table table(store_, name);
    ASSERT_TRUE(table.CreateIfAbsent(schema).ok());
    ColumnsBuilder builder(&schema);
    for (int row = 0; row < 2; ++row) {
      for (int i = 0; i < schema.size(); ++i) {
        if (schema.field(i).type == ColumnType::kString) {
          builder.AppendString(i, "r" + std::to_string(row) + "c" + std::to_string(i));
        } else {
          builder.AppendNumber(i, 10 * row + i);
        }
      }
      builder.FinishRow();
    }
    auto writer =
        DataFileWriter::Make(store_, name, *ParseDate("2026-09-20"), &schema, {})
            .ValueOrDie();
    ASSERT_TRUE(writer->Append(builder.Finish(), {}).ok());
    Edit edit;
    edit.operation = "WRITE";
    edit.add.push_back({writer->Close().ValueOrDie(), {}});
    ASSERT_TRUE(table.Commit(edit).ok());
  }

  /// A log of one entry with columns as `fields` has them, in JSON.
  void MakeForeignTable(const std::string& name, const std::string& fields) {
    const std::string log =
        R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
        "\n"
        R"({"metaData":{"id":"a","format":{"provider":"parquet","options":{}},)"
        R"("schemaString":"{\"type\":\"struct\",\"fields\":[)" +
        fields +
        R"(]}","partitionColumns":["date"],"configuration":{}}})"
        "\n";
    ASSERT_TRUE(
        store_->PutIfAbsent(name + "/_delta_log/00000000000000000000.json", log).ok());
  }

  /// The first `rows` versions that hold that many days.
  void CommitDays(int days) {
    for (int day = 0; day < days; ++day) {
      Edit edit;
      edit.operation = "WRITE";
      edit.add.push_back({WriteFile(10 + day, FileKind::kAll, 100), {}});
      ASSERT_TRUE(Table(store_, "vpc_flow").Commit(edit).ok());
    }
  }

  /// What statements other than the asked one might have made.
  void ExpectNothingRan() {
    EXPECT_EQ(Ask("SELECT table_name FROM duckdb_tables() WHERE temporary"), "");
    EXPECT_EQ(Ask("SELECT database_name FROM duckdb_databases() WHERE NOT internal "
                  "ORDER BY 1"),
              "awsdatacatalog\nmemory\n");
  }

  void OpenWith(const TableMoment& moment) {
    EngineOptions options;
    options.version = moment.version;
    options.as_of_ms = moment.time_ms;
    OpenEngine(options);
  }
};

TEST_F(CatalogueTest, NamesOfFoldersAreNeverSql) {
  std::vector<std::string> names(std::begin(kHostileNames), std::end(kHostileNames));
  std::erase_if(names, [](const auto& name) { return name.find('/') != name.npos; });
  for (const auto& name : names) MakeTable(name, {{"a", ColumnType::kString}});
  OpenEngine({});
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  const std::string listed = Ask("SHOW TABLES");
  for (const auto& name : names) {
    const bool is_table = listed.find(name + "\n") != std::string::npos;
    const std::string rows = Ask("SELECT a FROM " + Quoted(name) + " ORDER BY a");
    EXPECT_THAT(rows, HasSubstr(is_table ? "r0c0\nr1c0\n" : "has no table"));
    EXPECT_EQ(engine_->Estimate("SELECT a FROM " + Quoted(name)).ok(), is_table) << name;
    Ask("DESCRIBE " + Quoted(name));
  }
  ExpectNothingRan();
}

TEST_F(CatalogueTest, NamesOfColumnsAreNeverSql) {
  std::vector<Field> fields;
  for (const std::string name : kHostileNames) {
    fields.push_back({name, ColumnType::kString});
  }
  MakeTable("tgw_flow", fields);
  OpenEngine({});
  for (const std::string table : {"tgw_flow", "tgw_flow_logs"}) {
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::string column = Quoted(fields[i].name);
      const std::string value = "r1c" + std::to_string(i);
      const std::string from = " FROM " + table + " WHERE " + column;
      EXPECT_EQ(Ask("SELECT " + column + from + " = '" + value + "'"), value + "\n");
      EXPECT_EQ(Ask("SELECT count(DISTINCT " + column + ")" + from + " > 'r'"), "2\n");
      EXPECT_THAT(Ask("DESCRIBE " + table), HasSubstr(fields[i].name + "|VARCHAR"));
    }
    EXPECT_EQ(Ask("SELECT count(*) FROM (SELECT * FROM " + table + ")"), "2\n");
  }
  ExpectNothingRan();
}

TEST_F(CatalogueTest, ColumnsThatDifferOnlyInCaseAreAllThere) {
  MakeTable("odd", {{"a", ColumnType::kString},
                    {"A", ColumnType::kString},
                    {"A_2", ColumnType::kString},
                    {"Date", ColumnType::kInt64}});
  EXPECT_THAT(Ask("DESCRIBE odd"),
              AllOf(StartsWith("a|VARCHAR|"), HasSubstr("\nA_3|VARCHAR|"),
                    HasSubstr("\nA_2|VARCHAR|"), HasSubstr("\nDate_2|BIGINT|"),
                    HasSubstr("\ndate|DATE|")));
  EXPECT_EQ(Ask("SELECT a, A_3, A_2, Date_2, date FROM odd ORDER BY a"),
            "r0c0|r0c1|r0c2|3|2026-09-20\nr1c0|r1c1|r1c2|13|2026-09-20\n");
  EXPECT_EQ(Ask("SELECT a, A_3, A_2, Date_2, date FROM odd WHERE a_3 = 'r1c1'"),
            "r1c0|r1c1|r1c2|13|2026-09-20\n");
  EXPECT_EQ(Ask("SELECT max(Date_2), min(a_2) FROM odd WHERE Date_2 > 5"), "13|r1c2\n");
}

TEST_F(CatalogueTest, ColumnsThatSqlCannotNameGetANumber) {
  MakeTable("odd", {{"a", ColumnType::kString},
                    {"", ColumnType::kString},
                    {std::string("n\0ul", 4), ColumnType::kInt64}});
  EXPECT_EQ(Ask("SELECT a, column_2, column_3 FROM odd ORDER BY 1"),
            "r0c0|r0c1|2\nr1c0|r1c1|12\n");
}

TEST_F(CatalogueTest, ATableThatCannotBeReadTakesNoOtherDown) {
  MakeForeignTable("geo", R"({\"name\":\"place\",\"type\":\"point\",\"nullable\":true,)"
                          R"(\"metadata\":{}},{\"name\":\"date\",\"type\":\"date\",)"
                          R"(\"nullable\":true,\"metadata\":{}})");
  MakeForeignTable("broken", "nonsense");
  ASSERT_TRUE(store_->PutIfAbsent("docs/readme.txt", "no table").ok());
  OpenEngine({});
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  EXPECT_EQ(Ask("SHOW TABLES"), "broken\nflowlogs\ngeo\nvpc_flow\nvpc_flow_logs\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM information_schema.columns WHERE table_name IN "
                "('vpc_flow', 'geo')"),
            "17\n");
  EXPECT_EQ(Ask("DESCRIBE geo"), "date|DATE|YES|NULL|NULL|NULL\n");  // not its place
  EXPECT_THAT(Ask("SELECT 1 FROM broken"),
              AllOf(HasSubstr("Invalid"), HasSubstr("broken")));
  EXPECT_THAT(Ask("SELECT 1 FROM docs"), HasSubstr("this lake has no table docs"));
}

TEST_F(CatalogueTest, AViewOfATableThatCannotBeReadSaysWhy) {
  MakeForeignTable("tgw_flow", "nonsense");
  OpenEngine({});
  EXPECT_EQ(Ask("SHOW TABLES"), "flowlogs\ntgw_flow\nvpc_flow\nvpc_flow_logs\n");
  EXPECT_THAT(Ask("SELECT 1 FROM tgw_flow_logs"), HasSubstr("tgw_flow"));
}

TEST_F(CatalogueTest, TheStoreIsAskedOnlyForTheTablesOfTheStatement) {
  MakeTable("other", {{"a", ColumnType::kString}});
  const auto store = std::make_shared<RecordingStore>(store_);
  store_ = store;
  OpenEngine({});
  store->Asked();
  EXPECT_EQ(Ask("SELECT 1"), "1\n");
  EXPECT_THAT(store->Asked(), IsEmpty());
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow_logs"), "3000\n");
  EXPECT_THAT(store->Asked(), testing::ElementsAre("", "vpc_flow"));
  EXPECT_THAT(Ask("SELECT * FROM vpc_flo"), HasSubstr("this lake has no table vpc_flo"));
  EXPECT_THAT(store->Asked(), testing::ElementsAre(""));
}

TEST_F(CatalogueTest, OpeningASessionAsksTheStoreForNothing) {
  const auto store = std::make_shared<RecordingStore>(store_);
  const Lake lake = Lake::Open(store).ValueOrDie();
  store->Asked();
  ASSERT_TRUE(Engine::Open(lake, {}).ok());
  EXPECT_THAT(store->Asked(), IsEmpty());
}

TEST_F(CatalogueTest, NamesInSqlAreNoPaths) {
  const auto store = std::make_shared<RecordingStore>(store_);
  store_ = store;
  OpenEngine({});
  store->Asked();
  for (const char* name : {"../vpc_flow", "vpc_flow/", "./vpc_flow", "/etc/passwd.csv",
                           "lake://vpc_flow", "x.parquet", "vpc_flow/_delta_log"}) {
    EXPECT_THAT(Ask("SELECT * FROM " + Quoted(name)), HasSubstr("no table")) << name;
    EXPECT_THAT(store->Asked(), testing::ElementsAre("")) << name;
  }
}

TEST_F(CatalogueTest, TablesHaveADatabaseAndACatalogue) {
  for (const char* name :
       {"flowlake.vpc_flow", "awsdatacatalog.flowlake.vpc_flow",
        "AwsDataCatalog.vpc_flow", "\"awsdatacatalog\".\"Flowlake\".\"VPC_Flow\"",
        "Vpc_Flow_Logs", "flowlake.vpc_flow_logs"}) {
    EXPECT_EQ(Ask("SELECT count(*) FROM " + std::string(name)), "3000\n") << name;
  }
  EXPECT_EQ(Ask("SELECT max(flowlake.vpc_flow.bytes), max(vpc_flow.bytes) FROM "
                "flowlake.vpc_flow"),
            "999|999\n");
  EXPECT_EQ(Ask("SELECT current_database(), current_schema()"),
            "awsdatacatalog|flowlake\n");
  EXPECT_EQ(Ask("SELECT table_catalog, table_schema, table_name, table_type FROM "
                "information_schema.tables ORDER BY 3"),
            "awsdatacatalog|flowlake|flowlogs|VIEW\n"
            "awsdatacatalog|flowlake|vpc_flow|BASE TABLE\n"
            "awsdatacatalog|flowlake|vpc_flow_logs|VIEW\n");
  EXPECT_THAT(Ask("SELECT 1 FROM elsewhere.vpc_flow"), HasSubstr("Invalid"));
}

TEST_F(CatalogueTest, ATableOfAViewsNameComesFirst) {
  MakeTable("flowlogs", {{"a", ColumnType::kString}});
  EXPECT_EQ(Ask("SELECT count(*), max(a) FROM flowlogs"), "2|r1c0\n");
  EXPECT_EQ(Ask("SHOW TABLES"), "flowlogs\nvpc_flow\nvpc_flow_logs\n");
}

TEST_F(CatalogueTest, EachMentionMayBeOfAnotherVersion) {
  CommitDays(2);
  EXPECT_EQ(
      Ask("SELECT (SELECT count(*) FROM vpc_flow AT (VERSION => 1)), (SELECT "
          "count(*) FROM vpc_flow), (SELECT count(*) FROM vpc_flow_logs AT (VERSION "
          "=> 2)), (SELECT max(date) FROM flowlogs AT (VERSION => 2))"),
      "3000|3200|3100|2026-09-30\n");
  EXPECT_EQ(
      Ask("SELECT count(*) FROM vpc_flow a JOIN vpc_flow AS b AT (VERSION => 1) USING "
          "(date, bytes, srcaddr)"),
      "3000\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow AT (TIMESTAMP => now())"), "3200\n");
  EXPECT_THAT(Ask("SELECT 1 FROM vpc_flow AT (VERSION => 9)"), HasSubstr("9"));
  EXPECT_THAT(Ask("SELECT 1 FROM vpc_flow AT (TIMESTAMP => DATE '2001-01-01')"),
              HasSubstr("Invalid"));
  EXPECT_THAT(Ask("SELECT 1 FROM vpc_flow AT (VERSION => NULL)"), HasSubstr("NULL"));
  EXPECT_THAT(Ask("SELECT 1 FROM vpc_flow AT (VERSION => 'x')"), HasSubstr("Invalid"));
}

TEST_F(CatalogueTest, TheSessionsVersionIsOfOneTable) {
  MakeTable("other", {{"a", ColumnType::kString}});
  CommitDays(2);
  OpenWith({.version = 1});
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM other"), "2\n");
  EXPECT_EQ(Ask("SELECT (SELECT count(*) FROM vpc_flow AT (VERSION => 3)), (SELECT "
                "count(*) FROM vpc_flow_logs)"),
            "3200|3000\n");
  EXPECT_EQ(Ask("SELECT (SELECT count(*) FROM vpc_flow), (SELECT count(*) FROM other AT "
                "(VERSION => 0))"),
            "3000|0\n");
  EXPECT_THAT(Ask("SELECT * FROM vpc_flow, other"),
              AllOf(HasSubstr("vpc_flow and other"), HasSubstr("AT (VERSION")));
}

TEST_F(CatalogueTest, CopiesOfAPlanReadWhatItReads) {
  EXPECT_EQ(
      Ask("WITH x AS NOT MATERIALIZED (SELECT * FROM vpc_flow AT (VERSION => 1) WHERE "
          "bytes < 10) SELECT (SELECT count(*) FROM x WHERE date = '2026-09-20'), "
          "(SELECT sum(bytes) FROM x)"),
      "10|135\n");
  EXPECT_EQ(
      Ask("SELECT srcaddr, bytes FROM vpc_flow ORDER BY bytes DESC, srcaddr LIMIT 1"),
      "10.0.0.49|999\n");
  Ask("PREPARE p AS SELECT count(*) FROM vpc_flow WHERE bytes >= $1");
  EXPECT_EQ(Ask("EXECUTE p(990)"), "30\n");
  CommitDays(1);
  EXPECT_EQ(Ask("EXECUTE p(0)"), "3100\n");
}

TEST_F(CatalogueTest, WhatCreateMakesLastsAsLongAsTheSession) {
  for (const char* sql :
       {"CREATE VIEW v AS SELECT bytes FROM vpc_flow",
        "CREATE OR REPLACE VIEW v AS SELECT "
        "bytes FROM vpc_flow WHERE bytes < 500",
        "CREATE MACRO m(x) AS x + 1",
        "CREATE TEMP MACRO days() AS TABLE SELECT DISTINCT date FROM vpc_flow",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        "CREATE TEMP TABLE t AS SELECT bytes FROM vpc_flow"}) {
    EXPECT_THAT(Ask(sql), Not(HasSubstr("Invalid"))) << sql;
  }
  EXPECT_EQ(Ask("SELECT count(*), m(1) FROM v"), "1500|2\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM days()"), "3\n");
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), "3000\n");
  Ask("CREATE VIEW vpc_flow AS SELECT 1 AS shadow");
  EXPECT_EQ(Ask("SELECT * FROM vpc_flow"), "1\n");
  Ask("DROP VIEW vpc_flow");
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  OpenEngine({});
  EXPECT_THAT(Ask("SELECT * FROM v"), HasSubstr("no table v"));
}

TEST_F(CatalogueTest, NothingChangesTheLakeOrTheSession) {
  for (const char* sql :
       {"CREATE TABLE x (i INTEGER)",
        "CREATE TABLE flowlake.x AS SELECT 1 AS i",
        "CREATE TEMP TABLE awsdatacatalog.flowlake.x AS SELECT 1 AS i",
        "CREATE TABLE memory.main.x AS SELECT 1 AS i",
        "CREATE VIEW flowlake.v AS SELECT 1",
        "CREATE OR REPLACE VIEW awsdatacatalog.flowlake.vpc_flow_logs AS SELECT 1",
        "CREATE MACRO memory.main.m(x) AS x",
        "CREATE SCHEMA s",
        "CREATE SEQUENCE q",
        "CREATE INDEX i ON vpc_flow (bytes)",
        "CREATE UNIQUE INDEX i ON flowlake.vpc_flow "
        "(bytes)",
        "CREATE SECRET (TYPE s3)",
        "INSERT INTO vpc_flow VALUES (1)",
        "UPDATE vpc_flow SET bytes = 1",
        "DELETE FROM vpc_flow",
        "TRUNCATE vpc_flow",
        "MERGE INTO vpc_flow USING (SELECT 1::BIGINT AS b) ON bytes = b WHEN MATCHED "
        "THEN "
        "DELETE",
        "ALTER TABLE vpc_flow ADD COLUMN x INTEGER",
        "ALTER TABLE vpc_flow ADD PRIMARY KEY (bytes)",
        "ALTER VIEW flowlogs RENAME TO o",
        "COMMENT ON TABLE vpc_flow IS 'x'",
        "DROP TABLE vpc_flow",
        "DROP VIEW flowlogs",
        "DROP SCHEMA flowlake",
        "DROP SCHEMA flowlake CASCADE",
        "DROP FUNCTION sum",
        "DROP MACRO system.main.epoch_seconds",
        "ANALYZE vpc_flow",
        "VACUUM vpc_flow",
        "CHECKPOINT",
        "FORCE CHECKPOINT",
        "SET search_path = 'memory'",
        "SET threads = 1",
        "SET VARIABLE x = 1",
        "RESET threads",
        "USE memory",
        "USE flowlake",
        "ATTACH ':memory:' AS more",
        "ATTACH '' AS again (TYPE flowlake)",
        "DETACH awsdatacatalog",
        "BEGIN",
        "COMMIT",
        "CALL enable_logging()",
        "PRAGMA enable_logging",
        "PRAGMA force_checkpoint",
        "PRAGMA show_tables",
        "IMPORT DATABASE '/tmp'",
        "EXPORT DATABASE '/tmp/x'",
        "LOAD httpfs",
        "INSTALL httpfs",
        "COPY vpc_flow TO '/tmp/x'",
        "COPY vpc_flow FROM '/tmp/x'",
        "PREPARE p AS DELETE FROM vpc_flow",
        "EXPLAIN DELETE FROM vpc_flow",
        "PREPARE p AS COPY vpc_flow TO '/tmp/x'",
        "EXPLAIN ANALYZE CREATE TABLE x AS "
        "SELECT 1",
        "SELECT 1; SELECT 2"}) {
    EXPECT_THAT(Ask(sql), HasSubstr("Invalid: ")) << sql;
  }
  EXPECT_EQ(Ask("SELECT count(*), max(bytes) FROM vpc_flow"), "3000|999\n");
  EXPECT_EQ(Ask("SELECT current_database()"), "awsdatacatalog\n");
  ExpectNothingRan();
}

TEST_F(CatalogueTest, ScansAreNotCalled) {
  for (const char* sql :
       {"SELECT * FROM lake_scan('vpc_flow')", "SELECT * FROM lake_scan(['/etc/passwd'])",
        "SELECT * FROM system.main.lake_scan('x')", "SELECT * FROM lake_scan()",
        "SELECT * FROM seq_scan()", "SELECT * FROM seq_scan('vpc_flow')"}) {
    EXPECT_THAT(Ask(sql), HasSubstr("Invalid: ")) << sql;
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
}

}  // namespace
}  // namespace flowlake
