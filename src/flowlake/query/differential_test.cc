// Every answer is the same whether DuckDB reads a lake of several kinds of file or a
// table of its own with the same rows; and a filter reads no more files than it must.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "flowlake/query/query_fixture.h"

namespace flowlake {
namespace {

struct Question {
  const char* sql;
  int64_t files;  ///< at most so many are read
};

class DifferentialTest : public QueryFixture {
 protected:
  static constexpr int kDays = 8;
  static constexpr int kFileRows = 300;
  static constexpr int64_t kFiles = 24;

  void SetUp() override {
    QueryFixture::SetUp();
    ASSERT_EQ(Ask(kNativeTable), "7200\n");
  }

  /// Of every kind one file a day.
  std::vector<DataFile> WriteFiles() override {
    std::vector<DataFile> files;
    for (int day = 0; day < kDays; ++day) {
      for (const auto kind :
           {FileKind::kAll, FileKind::kVersion2, FileKind::kWithoutDestination}) {
        files.push_back(WriteFile(day, kind, kFileRows));
      }
    }
    return files;
  }

  /// The lake's statement on the native table.
  static std::string OnNativeTable(std::string sql) {
    const std::string name = "vpc_flow";
    for (size_t at = sql.find(name); at != std::string::npos; at = sql.find(name)) {
      sql.replace(at, name.size(), "native");
    }
    return sql;
  }

  /// In the order of the answer where the statement defines it, else sorted.
  std::vector<std::string> Rows(const std::string& sql) {
    std::istringstream text(Ask(sql));
    std::vector<std::string> rows;
    for (std::string row; std::getline(text, row);) rows.push_back(row);
    for (const auto& row : rows) {
      EXPECT_THAT(row, testing::Not(testing::HasSubstr("rror: "))) << sql;
      EXPECT_THAT(row, testing::Not(testing::HasSubstr("Invalid"))) << sql;
    }
    if (sql.find("ORDER BY") == std::string::npos) std::sort(rows.begin(), rows.end());
    return rows;
  }

  void ExpectSameAnswer(const Question& question) {
    const auto native = Rows(OnNativeTable(question.sql));
    EXPECT_EQ(Rows(question.sql), native) << question.sql;
    EXPECT_LE(statistics_.files_read, question.files) << question.sql;
  }

  // k counts the kinds of file.
  static constexpr char kNativeTable[] =
      "CREATE TEMP TABLE native AS SELECT 2 AS version, NULL::VARCHAR AS account_id, "
      "NULL::VARCHAR AS interface_id, '10.' || d || '.0.' || (i % 50) AS srcaddr, "
      "CASE WHEN k <> 2 THEN '203.0.113.' || (i % 7) END AS dstaddr, "
      "NULL::INTEGER AS srcport, CASE WHEN i % 2 = 0 THEN 443 ELSE 22 END AS dstport, "
      "6 AS protocol, (1 + i % 10)::BIGINT AS packets, i AS bytes, "
      "TIMESTAMP '2026-09-20' + to_days(d::INTEGER) + to_seconds(i) AS \"start\", "
      "NULL::TIMESTAMP AS \"end\", "
      "CASE WHEN i % 3 = 0 THEN 'REJECT' ELSE 'ACCEPT' END AS action, "
      "NULL::VARCHAR AS log_status, "
      "CASE WHEN k = 0 THEN (i % 20)::INTEGER END AS tcp_flags, "
      "DATE '2026-09-20' + d::INTEGER AS date "
      "FROM range(8) days(d), range(3) kinds(k), range(300) rows(i)";
};

TEST_F(DifferentialTest, WholeTables) {
  for (const Question& question : std::initializer_list<Question>{
           {"SELECT * FROM vpc_flow", kFiles},
           {"SELECT count(*) FROM vpc_flow", 0},
           // The log has maxima of times rounded up to the millisecond.
           {"SELECT min(\"start\"), max(\"start\"), count(*) FROM vpc_flow", kFiles},
           {"SELECT min(date), max(date) FROM vpc_flow", 0},
           {"SELECT min(srcaddr), max(dstaddr) FROM vpc_flow", kFiles},
           {"SELECT count(tcp_flags), count(dstaddr), sum(bytes), avg(packets) "
            "FROM vpc_flow",
            kFiles},
           {"SELECT date, count(*), sum(bytes), count(tcp_flags) FROM vpc_flow "
            "GROUP BY date ORDER BY date",
            kFiles},
           {"SELECT action, dstport, sum(packets) FROM vpc_flow GROUP BY ALL", kFiles},
           {"SELECT srcaddr, dstaddr, count(*) FROM vpc_flow GROUP BY 1, 2 "
            "HAVING count(*) > 8",
            kFiles},
           {"SELECT DISTINCT tcp_flags, dstport FROM vpc_flow", kFiles},
           {"SELECT date, action, sum(bytes) FROM vpc_flow GROUP BY ROLLUP (date, "
            "action)",
            kFiles},
           {"SELECT date, max(bytes) OVER (PARTITION BY date), bytes FROM vpc_flow "
            "WHERE bytes > 290",
            kFiles},
           {"SELECT round(corr(bytes, packets), 9) FROM vpc_flow", kFiles}}) {
    ExpectSameAnswer(question);
  }
}

TEST_F(DifferentialTest, FiltersOnTheDate) {
  for (const Question& question : std::initializer_list<Question>{
           {"SELECT sum(bytes) FROM vpc_flow WHERE date = '2026-09-22'", 3},
           {"SELECT count(*), min(\"start\"), max(\"start\") FROM vpc_flow "
            "WHERE date = '2026-09-22'",
            3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date BETWEEN '2026-09-22' AND "
            "'2026-09-23'",
            6},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date IN ('2026-09-20', '2026-09-27')",
            6},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date >= DATE '2026-09-28' - "
            "INTERVAL '2' DAY",
            6},
           // A function that might fail stays above the view.
           {"SELECT sum(bytes) FROM vpc_flow WHERE month(date) = 9 AND day(date) = 21",
            kFiles},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date::VARCHAR LIKE '%-25'", 3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE NOT (date <> '2026-09-22')", 3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date_trunc('month', date) = "
            "DATE '2026-10-01'",
            0},
           {"SELECT sum(bytes), count(*) FROM vpc_flow WHERE date = '2025-01-01'", 0},
           {"SELECT * FROM vpc_flow WHERE date = '2025-01-01'", 0},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date = (SELECT max(date) "
            "FROM vpc_flow)",
            3},
           {"SELECT sum(bytes) FROM vpc_flow JOIN (VALUES (DATE '2026-09-21'), "
            "(DATE '2026-09-24')) days(x) ON date = x",
            6},
           {"SELECT date, sum(bytes) FROM vpc_flow WHERE date < '2026-09-22' OR "
            "date IS NULL GROUP BY date ORDER BY date",
            6}}) {
    ExpectSameAnswer(question);
  }
}

TEST_F(DifferentialTest, FiltersOnColumns) {
  for (const Question& question : std::initializer_list<Question>{
           {"SELECT sum(bytes) FROM vpc_flow WHERE srcaddr = '10.5.0.17'", 3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE srcaddr IN ('10.5.0.17', "
            "'10.7.0.1')",
            6},
           {"SELECT sum(bytes) FROM vpc_flow WHERE srcaddr LIKE '10.7.%'", 3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE srcaddr = '10.5.0.17' OR "
            "dstaddr = '203.0.113.9'",
            3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date = '2026-09-22' AND "
            "(srcaddr = '10.2.0.3' OR dstaddr = '203.0.113.3')",
            3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE dstaddr = '203.0.113.3'", 16},
           {"SELECT count(*) FROM vpc_flow WHERE dstaddr IS NULL", 0},
           {"SELECT sum(bytes) FROM vpc_flow WHERE dstaddr IS NULL", 8},
           {"SELECT count(*) FROM vpc_flow WHERE tcp_flags IS NULL AND dstaddr IS NOT "
            "NULL",
            16},
           {"SELECT sum(tcp_flags) FROM vpc_flow WHERE tcp_flags > 17", 8},
           {"SELECT count(*) FROM vpc_flow WHERE NOT (tcp_flags > 3)", 8},
           {"SELECT count(*) FROM vpc_flow WHERE tcp_flags IS DISTINCT FROM 3", kFiles},
           {"SELECT count(*) FROM vpc_flow WHERE coalesce(tcp_flags, -1) = -1", kFiles},
           {"SELECT sum(bytes) FROM vpc_flow WHERE \"start\" >= TIMESTAMP "
            "'2026-09-21 00:01:00' AND \"start\" < TIMESTAMP '2026-09-21 00:02:00'",
            3},
           {"SELECT sum(bytes) FROM vpc_flow WHERE hour(\"start\") = 0 AND "
            "minute(\"start\") = 4",
            kFiles},
           {"SELECT sum(bytes) FROM vpc_flow WHERE date_trunc('day', \"start\") = "
            "TIMESTAMP '2026-09-23'",
            3},
           {"SELECT count(*) FROM vpc_flow WHERE action <> 'REJECT' AND dstport = 22",
            kFiles},
           {"SELECT count(*) FROM vpc_flow WHERE account_id IS NOT NULL", 0},
           {"SELECT date, bytes FROM vpc_flow WHERE date = '2026-09-22' AND "
            "srcaddr = '10.2.0.5' AND \"start\" < TIMESTAMP '2026-09-22 00:01:00'",
            3}}) {
    ExpectSameAnswer(question);
  }
}

TEST_F(DifferentialTest, JoinsSubqueriesAndLimits) {
  for (const Question& question : std::initializer_list<Question>{
           {"SELECT count(*) FROM vpc_flow a JOIN vpc_flow b ON a.srcaddr = b.srcaddr "
            "AND a.bytes = b.bytes WHERE a.date = '2026-09-21'",
            3},
           {"WITH x AS (SELECT * FROM vpc_flow) SELECT (SELECT sum(bytes) FROM x WHERE "
            "date = '2026-09-22'), (SELECT sum(bytes) FROM x WHERE date = '2026-09-23')",
            6},
           {"WITH x AS (SELECT srcaddr, sum(bytes) AS s FROM vpc_flow GROUP BY 1) "
            "SELECT a.srcaddr FROM x a JOIN x b ON a.s = b.s + 3",
            kFiles},
           {"SELECT srcaddr, \"start\", bytes, tcp_flags FROM vpc_flow WHERE tcp_flags = "
            "7 "
            "ORDER BY \"start\" DESC LIMIT 3",
            8},
           {"SELECT srcaddr, \"start\", bytes FROM vpc_flow WHERE dstaddr IS NULL "
            "ORDER BY \"start\" DESC, srcaddr LIMIT 5",
            8},
           {"SELECT \"start\", bytes, action, version, dstport, protocol, tcp_flags "
            "FROM vpc_flow WHERE tcp_flags >= 0 ORDER BY \"start\" LIMIT 7 OFFSET 2",
            8},
           {"SELECT srcaddr, sum(bytes) AS b FROM vpc_flow GROUP BY 1 ORDER BY 2 DESC, 1 "
            "LIMIT 10",
            kFiles},
           {"SELECT count(*) FROM vpc_flow WHERE srcaddr IN (SELECT '10.5.0.' || i "
            "FROM range(20) t(i))",
            3},
           {"SELECT count(*) FROM vpc_flow a WHERE EXISTS (SELECT 1 FROM vpc_flow b "
            "WHERE b.bytes = a.bytes + 250 AND b.date = '2026-09-21')",
            kFiles},
           {"SELECT count(*) FROM vpc_flow WHERE bytes > (SELECT avg(bytes) FROM "
            "vpc_flow)",
            kFiles},
           {"SELECT sum(bytes) FROM (SELECT bytes FROM vpc_flow WHERE date = "
            "'2026-09-21' UNION ALL SELECT bytes FROM vpc_flow WHERE date = "
            "'2026-09-22')",
            6},
           {"SELECT count(*) FROM (SELECT * FROM vpc_flow LIMIT 10)", kFiles}}) {
    ExpectSameAnswer(question);
  }
}

}  // namespace
}  // namespace flowlake
