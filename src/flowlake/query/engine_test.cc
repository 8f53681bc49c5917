#include "flowlake/query/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "flowlake/query/query_fixture.h"

namespace flowlake {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class EngineTest : public QueryFixture {};

TEST_F(EngineTest, CountIsAnsweredByTheLog) {
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
  EXPECT_EQ(statistics_.bytes_scanned, 0);
  EXPECT_EQ(statistics_.files_skipped, 3);
}

TEST_F(EngineTest, PartitionsArePruned) {
  EXPECT_EQ(Ask("SELECT sum(bytes) FROM vpc_flow WHERE date = DATE '2026-09-21'"),
            "499500\n");
  EXPECT_EQ(statistics_.files_read, 1);
  EXPECT_EQ(statistics_.files_skipped, 2);
  EXPECT_EQ(statistics_.row_groups_read, 10);
}

TEST_F(EngineTest, StatisticsPruneFilesAlsoThroughTheEpochView) {
  EXPECT_EQ(Ask("SELECT count(bytes) FROM vpc_flow WHERE srcaddr = '10.2.0.7'"), "20\n");
  EXPECT_EQ(statistics_.files_read, 1);
  EXPECT_EQ(Ask("SELECT sum(bytes) FROM vpc_flow_logs WHERE start < 1789862410 AND "
                "\"start\" >= 1789862400"),
            "45\n");
  EXPECT_EQ(statistics_.files_read, 1);
}

TEST_F(EngineTest, RowGroupsArePruned) {
  EXPECT_EQ(Ask("SELECT sum(packets) FROM vpc_flow WHERE date = '2026-09-20' AND "
                "bytes < 100"),
            "550\n");
  EXPECT_EQ(statistics_.row_groups_read, 1);
}

TEST_F(EngineTest, MissingColumnsAreNull) {
  EXPECT_EQ(Ask("SELECT date, count(tcp_flags), count(*) FROM vpc_flow GROUP BY 1 "
                "ORDER BY 1 LIMIT 2"),
            "2026-09-20|1000|1000\n2026-09-21|0|1000\n");
}

TEST_F(EngineTest, TablesAndViewsAreListed) {
  EXPECT_EQ(Ask("SHOW TABLES"), "flowlogs\nvpc_flow\nvpc_flow_logs\n");
}

TEST_F(EngineTest, DateParseSaysWhatDoesNotMatch) {
  EXPECT_THAT(Ask("SELECT date_parse('x', '%Y-%m-%d')"),
              HasSubstr("date_parse: x does not match %Y-%m-%d"));
}

TEST_F(EngineTest, NothingOfAStatementIsCutOffAtANul) {
  const std::string sql("SELECT 1 AS a -- \0\n, 2 AS b", 28);
  EXPECT_THAT(Ask(sql), HasSubstr("a NUL byte, and this one has one after 17 bytes"));
  EXPECT_FALSE(engine_->Estimate(sql).ok());
  EXPECT_FALSE(engine_->Split(sql).ok());
}

TEST_F(EngineTest, AddressesOfTheTableAreInNetworks) {
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow WHERE contains('10.1.0.0/16', "
                "CAST(srcaddr AS IPADDRESS))"),
            "1000\n");
}

TEST_F(EngineTest, ColumnsAreDescribed) {
  EXPECT_THAT(Ask("DESCRIBE vpc_flow"), HasSubstr("start|TIMESTAMP|YES"));
  EXPECT_THAT(Ask("DESCRIBE vpc_flow_logs"), HasSubstr("start|BIGINT|YES"));
  EXPECT_THAT(Ask("DESCRIBE SELECT sum(bytes) AS b FROM vpc_flow"),
              HasSubstr("b|HUGEINT|YES"));
}

TEST_F(EngineTest, SumsAreWide) {
  EXPECT_EQ(Ask("SELECT sum(bytes * 9000000000000000) FROM vpc_flow"),
            "13486500000000000000000\n");
}

TEST_F(EngineTest, TransitGatewayLogsAppearOnceTheyAreThere) {
  const Schema schema(
      "tgw_flow", {{"srcaddr", ColumnType::kString}, {"start", ColumnType::kTimestamp}});
  ASSERT_TRUE(Table(store_, "tgw_flow").CreateIfAbsent(schema).ok());
  EXPECT_EQ(Ask("SELECT count(*), max(start) FROM tgw_flow_logs"), "0|NULL\n");
  EXPECT_THAT(Ask("SHOW TABLES"), HasSubstr("tgw_flow\ntgw_flow_logs\n"));
}

TEST_F(EngineTest, InterruptEndsALongStatementAtOnce) {
  for (const char* sql :
       {"SELECT count(*) FROM range(10000000) a, range(10000000) b "
        "WHERE a.range * b.range % 7 = 3",
        "SELECT sum(a.bytes * b.bytes * c.bytes) FROM vpc_flow a, vpc_flow b, vpc_flow c "
        "WHERE a.bytes + b.bytes + c.bytes <> 5"}) {
    std::atomic<std::chrono::steady_clock::time_point> interrupted;
    std::jthread user([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      interrupted = std::chrono::steady_clock::now();
      engine_->Interrupt();
    });
    EXPECT_THAT(Ask(sql), HasSubstr("Cancelled"));
    EXPECT_LT(std::chrono::steady_clock::now() - interrupted.load(),
              std::chrono::seconds(2));
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow"), "3000\n");
}

TEST_F(EngineTest, PublishedQueriesOfAwsRun) {
  EXPECT_THAT(Ask("SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, "
                  "protocol FROM vpc_flow_logs WHERE action = 'REJECT' AND protocol = 6 "
                  "LIMIT 100;"),
              HasSubstr("7|2026-09-20|NULL|10.0.0.0|REJECT|6\n"));
  EXPECT_EQ(
      Ask("SELECT SUM(packets) AS packetcount, dstaddr FROM vpc_flow_logs WHERE "
          "dstport = 443 AND date > current_date - interval '7' day GROUP BY dstaddr "
          "ORDER BY packetcount DESC LIMIT 10;")
          .find("Invalid"),
      std::string::npos);
}

TEST_F(EngineTest, SamplesReadFewBytesAndAreNeverEmpty) {
  const int64_t all = Cost("SELECT sum(bytes) FROM flowlogs").bytes_scanned;
  EXPECT_NE(Ask("SELECT count(*) FROM flowlogs TABLESAMPLE SYSTEM (1)"), "0\n");
  const QueryStatistics sample =
      Cost("SELECT sum(bytes) FROM flowlogs TABLESAMPLE SYSTEM (34) REPEATABLE (7)");
  EXPECT_EQ(sample.files_read, 1);
  EXPECT_LT(sample.bytes_scanned, all / 2);
}

TEST_F(EngineTest, RepeatableSamplesRepeat) {
  const std::string sql =
      "SELECT min(date), sum(bytes) FROM vpc_flow TABLESAMPLE SYSTEM (10) REPEATABLE (3)";
  EXPECT_EQ(Ask(sql), Ask(sql));
}

TEST_F(EngineTest, FilesOfTheMachineAreOutOfReach) {
  EXPECT_THAT(Ask("SELECT * FROM read_csv('/etc/passwd')"), HasSubstr("Invalid"));
  EXPECT_THAT(Ask("SELECT * FROM read_parquet('lake://vpc_flow/x.parquet')"),
              HasSubstr("Invalid"));
}

TEST_F(EngineTest, TheLakeIsReadOnly) {
  EXPECT_THAT(Ask("COPY vpc_flow TO 'x.parquet'"), HasSubstr("--output parquet"));
  EXPECT_THAT(Ask("INSERT INTO vpc_flow SELECT * FROM vpc_flow"),
              HasSubstr("flowlake ingest"));
  for (const char* sql : {"ATTACH 'x.db'", "INSTALL httpfs", "LOAD httpfs",
                          "SET TimeZone = 'Europe/Vienna'", "PRAGMA enable_profiling"}) {
    EXPECT_THAT(Ask(sql), HasSubstr("not allowed")) << sql;
  }
}

TEST_F(EngineTest, SessionObjectsAreForTheSessionsOwnUser) {
  EXPECT_THAT(Ask("CREATE TEMP VIEW v AS SELECT 1"), testing::Not(HasSubstr("Invalid")));
  EXPECT_EQ(Ask("SELECT * FROM v"), "1\n");
  EngineOptions options;
  options.untrusted = true;
  OpenEngine(options);
  EXPECT_THAT(Ask("CREATE TEMP VIEW v AS SELECT 1"), HasSubstr("only SELECT"));
  EXPECT_THAT(Ask("EXPLAIN ANALYZE SELECT 1"), HasSubstr("not allowed"));
}

TEST_F(EngineTest, StrangersLearnNothingOfTheMachine) {
  EngineOptions options;
  options.untrusted = true;
  OpenEngine(options);
  for (const char* sql :
       {"SELECT current_setting('temp_directory')",
        "SELECT \"Current_Setting\"('temp_directory')",
        "SELECT system.main.current_setting('temp_directory')",
        "SELECT 1 WHERE e'\\'' || current_setting('temp_directory') <> ''",
        "SELECT (SELECT max(current_setting('threads')))",
        "SELECT * FROM duckdb_settings()", "SELECT * FROM glob('/*')",
        "SELECT * FROM read_text('/etc/passwd')",
        "WITH x AS (SELECT * FROM read_blob('lake://vpc_flow/*')) SELECT * FROM x",
        "SELECT * FROM vpc_flow JOIN read_csv('/etc/passwd') ON true",
        "SELECT * FROM parquet_metadata('lake://vpc_flow/x.parquet')",
        "SELECT * FROM (SELECT * FROM duckdb_secrets() UNION ALL SELECT * FROM "
        "duckdb_secrets())",
        "SELECT * FROM json_execute_serialized_sql('{}')",
        "SELECT * FROM query('SELECT 1')", "SELECT * FROM enable_profiling()",
        "SUMMARIZE SELECT * FROM duckdb_settings()",
        "SELECT json_serialize_plan('SELECT 1')",
        "SELECT 1 ORDER BY current_setting('threads')"}) {
    EXPECT_THAT(Ask(sql), HasSubstr("is not allowed here")) << sql;
  }
}

TEST_F(EngineTest, TheListOfDatabasesNamesNoFile) {
  EXPECT_EQ(Ask("SELECT DISTINCT coalesce(path, '') FROM duckdb_databases()"), "\n");
}

TEST_F(EngineTest, StrangersMayAskOrdinaryQuestions) {
  EngineOptions options;
  options.untrusted = true;
  OpenEngine(options);
  EXPECT_EQ(Ask("SELECT count(*) FROM flowlogs, range(2), UNNEST(ARRAY[1, 2]) t(x)"),
            "12000\n");
  EXPECT_EQ(Ask("SHOW TABLES"), "flowlogs\nvpc_flow\nvpc_flow_logs\n");
  EXPECT_THAT(Ask("DESCRIBE vpc_flow"), HasSubstr("srcaddr|VARCHAR"));
  EXPECT_THAT(Ask("EXPLAIN SELECT sum(bytes) FROM vpc_flow"), HasSubstr("LAKE_SCAN"));
  EXPECT_EQ(Ask("SELECT count(*) FROM information_schema.tables WHERE table_name = "
                "'vpc_flow'"),
            "1\n");
}

TEST_F(EngineTest, ErrorsAreOneLineWithAPosition) {
  const std::string error = Ask("SELECT approx_distinct(bytes),\n nothing FROM vpc_flow");
  EXPECT_THAT(error, HasSubstr("(line 2, column 2)"));
  EXPECT_EQ(error.find('\n'), std::string::npos);
  EXPECT_THAT(Ask("SELECT * FROM tgw_flow_logs"),
              HasSubstr("no table tgw_flow, which tgw_flow_logs needs"));
}

TEST_F(EngineTest, TheScanLimitRefusesBeforeReading) {
  QueryOptions options;
  options.max_scan_bytes = 10;
  EXPECT_THAT(Ask("SELECT sum(bytes) FROM vpc_flow", options), HasSubstr("would read"));
  EXPECT_THAT(Ask("SELECT bytes FROM vpc_flow WHERE packets = 3", options),
              HasSubstr("would pass its limit"));
  EXPECT_EQ(Ask("SELECT count(*) FROM vpc_flow", options), "3000\n");
}

TEST_F(EngineTest, ScriptsAreSplitAtTheirSemicolons) {
  const auto parts = engine_->Split("SELECT ';' ; -- a;b\nSELECT 2;;").ValueOrDie();
  EXPECT_THAT(parts, testing::SizeIs(2));
}

TEST_F(EngineTest, QueriesOfTheArticleRun) {
  std::ifstream file("test/sql/article.sql");
  const std::string script{std::istreambuf_iterator<char>(file), {}};
  const auto statements = engine_->Split(script).ValueOrDie();
  ASSERT_THAT(statements, testing::SizeIs(6));
  for (const auto& sql : statements) EXPECT_THAT(Ask(sql), HasSubstr("|")) << sql;
  EXPECT_THAT(Ask(statements[2]), AnyOf("22|501\n443|501\n", "443|501\n22|501\n"));
}

struct DialectCase {
  const char* expression;
  const char* expected;
};

TEST_F(EngineTest, ExpressionsOfAthenaMeanTheSame) {
  const DialectCase kCases[] = {
      {"7 / 2", "3"},
      {"split_part('a-b-c', '-', 2)", "b"},
      {"json_extract_scalar('{\"a\":{\"b\":\"x\"}}', '$.a.b')", "x"},
      {"regexp_like('abc', 'b')", "true"},
      {"regexp_replace('a1b2', '([0-9])', '<$1>')", "a<1>b<2>"},
      {"to_unixtime(timestamp '2024-01-02 03:04:05')", "1704164645"},
      {"date_format(timestamp '2024-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')",
       "2024-01-02 03:04:05"},
      {"format_datetime(timestamp '2024-01-02 03:04:05', 'yyyy-MM-dd HH:mm')",
       "2024-01-02 03:04"},
      {"CAST(date_add('day', -1, date '2024-01-01') AS date)", "2023-12-31"},
      {"date_diff('hour', timestamp '2024-01-01 00:30:00', "
       "timestamp '2024-01-01 01:10:00')",
       "0"},
      {"day_of_week(date '2024-01-07')", "7"},
      {"cardinality(ARRAY[1,2,3])", "3"},
      {"element_at(ARRAY[5,6], 2)", "6"},
      {"element_at(map(ARRAY['a'], ARRAY[9]), 'a')", "9"},
      {"array_join(ARRAY['a','b'], ',')", "a,b"},
      {"array_join(transform(ARRAY[1,2], x -> x + 1), ',')", "2,3"},
      {"array_join(sequence(1, 3), ',')", "1,2,3"},
      {"bitwise_and(6, 3) + bitwise_or(4, 1)", "7"},
      {"url_extract_host('http://u@a.b:80/c')", "a.b"},
      {"contains('abc', 'b')", "true"},
      {"contains(ARRAY[1,2], 2)", "true"},
      {"contains('10.0.0.0/8', CAST('10.1.2.3' AS IPADDRESS))", "true"},
      {"contains('10.0.0.0/8', CAST('11.1.2.3' AS IPADDRESS))", "false"},
      {"contains('2001:db8::/32', a) FROM (SELECT '2001:db8::7'::IPADDRESS AS a)",
       "true"},
      {"contains('10.0.0.0/8', '0.0.0')", "true"},
      {"CAST('10.1.2.3' AS IPADDRESS)", "10.1.2.3"},
      {"CAST('10.1.2.3' AS IPADDRESS) = '10.1.2.3'", "true"},
      {"cardinality(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "2"},
      {"cardinality(CAST(NULL AS INTEGER[]))", "NULL"},
      {"system.main.regexp_replace('aXa', 'A', 'b', 'i')", "bXa"},
      {"CAST(date_parse('2024-01-02 03:04:05', '%Y-%m-%d %H:%i:%s') AS varchar)",
       "2024-01-02 03:04:05"},
      {"CAST(date_parse('Jan 2, 2024', '%b %e, %Y') AS date)", "2024-01-02"},
      {"date_parse(NULL, '%Y')", "NULL"},
      {"cidr_contains('2001:db8::/32', '2001:db8::1')", "true"},
      {"cidr_contains('10.0.0.0/8', '-')", "NULL"},
      {"is_private('172.20.0.1')", "true"},
      {"protocol_name(6)", "TCP"},
      {"tcp_flags(18)", "SYN|ACK"},
      {"tcp_flags(NULL)", "NULL"},
  };
  for (const auto& [expression, expected] : kCases) {
    EXPECT_EQ(Ask(std::string("SELECT ") + expression), std::string(expected) + "\n")
        << expression;
  }
}

}  // namespace
}  // namespace flowlake
