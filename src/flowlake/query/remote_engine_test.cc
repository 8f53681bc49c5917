#include "flowlake/query/remote_engine.h"

#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/query/remote_rows.h"
#include "flowlake/query/table_ddl.h"

namespace flowlake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(EngineAddressTest, HasItsParts) {
  const auto trino = ParseEngineAddress("trinos://ann@db.example:8443/delta/flows");
  EXPECT_EQ(trino->scheme, "trinos");
  EXPECT_EQ(trino->user, "ann");
  EXPECT_EQ(trino->host, "db.example:8443");
  EXPECT_EQ(trino->catalog, "delta");
  EXPECT_EQ(trino->schema, "flows");
  auto athena = ParseEngineAddress("athena://logs?region=eu-west-1&output=s3://b/p?x=1");
  EXPECT_EQ(athena->host, "logs");
  EXPECT_EQ(athena->parameters["region"], "eu-west-1");
  EXPECT_EQ(athena->parameters["output"], "s3://b/p?x=1");
  EXPECT_EQ(ParseEngineAddress("athena://")->host, "primary");
}

TEST(EngineAddressTest, MistakesAreNamedWithWhatWouldBeRight) {
  for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "'' is none"},
           {"localhost", "'localhost' is none"},
           {"mysql://x", "there is no engine 'mysql'"},
           {"trino://host:1/a/b", "a user is missing"},
           {"trino://u:secret@host:1/a/b", "$FLOWLAKE_TRINO_PASSWORD"},
           {"trino://u@host:1/a", "catalog and schema are missing"},
           {"trino://u@/a/b", "a host is missing"},
           {"athena://w?regoin=x", "unknown parameter 'regoin'"}}) {
    const Status status = ParseEngineAddress(text).status();
    EXPECT_TRUE(status.IsInvalid()) << text;
    EXPECT_THAT(status.message(), HasSubstr(what));
    EXPECT_THAT(status.message(), HasSubstr("trino://user@host:8080/catalog/schema"));
    EXPECT_THAT(status.message(), testing::Not(HasSubstr("secret")));
  }
}

TEST(RemoteRowsTest, ValuesAndTextsBecomeTheColumnsTypes) {
  RemoteRows rows({{"a", "bigint"},
                   {"b", "double"},
                   {"c", "boolean"},
                   {"d", "date"},
                   {"e", "timestamp(3)"},
                   {"f", "varchar(5)"},
                   {"g", "array(integer)"},
                   {"h", "timestamp(3) with time zone"}});
  const auto json = nlohmann::json::parse(
      R"([9007199254740993, "NaN", true, "2026-09-21", "2026-09-21 13:05:09.500", "x",)"
      R"( [1, 2], "2026-09-21 13:05:09.500 UTC"])");
  ASSERT_TRUE(rows.Append(json).ok());
  const auto texts = nlohmann::json::parse(
      R"(["-5", "1.5", "false", "2026-09-21", "2026-09-21 13:05:09", "", "[1]", null])");
  ASSERT_TRUE(rows.Append(texts).ok());
  const auto batch = rows.Flush().ValueOrDie();
  ASSERT_EQ(batch->num_rows(), 2);
  const auto text = [&](int column, int64_t row) {
    return batch->column(column)->GetScalar(row).ValueOrDie()->ToString();
  };
  EXPECT_EQ(text(0, 0), "9007199254740993");
  EXPECT_EQ(text(0, 1), "-5");
  EXPECT_EQ(text(1, 0), "nan");
  EXPECT_EQ(text(2, 1), "false");
  EXPECT_EQ(text(3, 0), "2026-09-21");
  EXPECT_EQ(text(4, 0), "2026-09-21 13:05:09.500000");
  EXPECT_EQ(text(6, 0), "[1,2]");
  EXPECT_TRUE(batch->column(7)->IsNull(1));
  EXPECT_EQ(rows.Flush().ValueOrDie()->num_rows(), 0);
}

TEST(RemoteRowsTest, WhatIsNotOfTheTypeIsAnError) {
  for (const char* row : {R"(["x"])", R"(["1", "2"])", R"({"a": 1})", R"(["1.5"])"}) {
    const std::vector<std::pair<std::string, std::string>> columns = {{"a", "bigint"}};
    RemoteRows rows(columns);
    EXPECT_TRUE(rows.Append(nlohmann::json::parse(row)).IsIOError()) << row;
  }
}

TEST(RemoteEngineTest, ScriptsAreSplitAtSemicolonsOutsideOfStrings) {
  const auto engine = OpenRemoteEngine("trino://u@127.0.0.1:1/a/b").ValueOrDie();
  EXPECT_THAT(engine->Split("SELECT ';';; SELECT 2 -- ;\n").ValueOrDie(),
              ElementsAre("SELECT ';'", StartsWith(" SELECT 2")));
  EXPECT_TRUE(engine->Estimate("SELECT 1").status().IsInvalid());
}

class DdlTest : public testing::Test {
 protected:
  static std::vector<std::string> Statements(const std::string& dialect,
                                             bool manifests = false) {
    const Schema schema("vpc_flow", {{"srcaddr", ColumnType::kString},
                                     {"protocol", ColumnType::kInt32},
                                     {"end", ColumnType::kTimestamp}});
    DdlOptions options;
    options.dialect = ParseDdlDialect(dialect, manifests).ValueOrDie();
    options.catalog = "delta";
    return Texts(DdlStatements({{schema, "s3://lake/x/vpc_flow"}}, options));
  }
  static std::vector<std::string> Texts(const Result<std::vector<SqlText>>& statements) {
    std::vector<std::string> texts;
    for (const SqlText& each : statements.ValueOrDie()) texts.push_back(each.text());
    return texts;
  }
};

TEST_F(DdlTest, AthenaReadsTheLog) {
  EXPECT_THAT(
      Statements("athena"),
      ElementsAre("CREATE DATABASE IF NOT EXISTS `flowlake`",
                  "CREATE EXTERNAL TABLE IF NOT EXISTS `flowlake`.`vpc_flow`\n"
                  "LOCATION 's3://lake/x/vpc_flow/'\n"
                  "TBLPROPERTIES ('table_type' = 'DELTA')",
                  "CREATE OR REPLACE VIEW \"flowlake\".\"vpc_flow_logs\" AS SELECT\n"
                  "  \"srcaddr\",\n  CAST(\"protocol\" AS bigint) AS \"protocol\",\n"
                  "  CAST(to_unixtime(\"end\") AS bigint) AS \"end\",\n  \"date\"\n"
                  "FROM \"flowlake\".\"vpc_flow\"",
                  "CREATE OR REPLACE VIEW \"flowlake\".\"flowlogs\" AS SELECT\n"
                  "  \"srcaddr\" AS \"sourceaddress\",\n  \"protocol\" AS \"protocol\",\n"
                  "  \"end\" AS \"endtime\",\n  \"date\"\n"
                  "FROM \"flowlake\".\"vpc_flow\""));
}

TEST_F(DdlTest, ManifestsAreAHiveTableWithPartitions) {
  const auto statements = Statements("athena", /*manifests=*/true);
  EXPECT_THAT(statements[1],
              HasSubstr("`end` timestamp\n)\nPARTITIONED BY (`date` date)"));
  EXPECT_THAT(statements[1],
              HasSubstr("LOCATION 's3://lake/x/vpc_flow/_symlink_format_manifest/'"));
  EXPECT_THAT(statements[1], HasSubstr("SymlinkTextInputFormat"));
  EXPECT_EQ(statements[2], "MSCK REPAIR TABLE `flowlake`.`vpc_flow`");
}

TEST_F(DdlTest, SparkQuotesWithBackticks) {
  const auto statements = Statements("spark");
  EXPECT_THAT(statements[1], HasSubstr("USING DELTA LOCATION 's3://lake/x/vpc_flow'"));
  EXPECT_THAT(statements[2], HasSubstr("unix_timestamp(`end`) AS `end`"));
}

TEST_F(DdlTest, HostileNamesStayNamesInEveryDialect) {
  const std::string column = "x\" AS y; `COPY` -- '\\";
  const std::string place = "s3://b/l'; DROP TABLE t; \\/vpc_flow";
  const Schema schema("vpc_flow", {{column, ColumnType::kString}});
  for (const auto& [dialect, manifests] :
       std::vector<std::pair<std::string, bool>>{{"athena", false},
                                                 {"athena", true},
                                                 {"trino", false},
                                                 {"trino", true},
                                                 {"spark", false}}) {
    DdlOptions options;
    options.dialect = ParseDdlDialect(dialect, manifests).ValueOrDie();
    options.catalog = "c\"`'";
    options.database = "d\"`'";
    const auto texts = Texts(DdlStatements({{schema, place}}, options));
    const bool is_hive = dialect != "trino";
    EXPECT_THAT(texts[0], HasSubstr(is_hive ? "`d\"``'`" : "\"c\"\"`'\".\"d\"\"`'\""));
    if (!(manifests && dialect == "trino")) {
      EXPECT_THAT(texts[1], HasSubstr(is_hive ? "'s3://b/l\\'; DROP TABLE t; \\\\/vpc"
                                              : "'s3://b/l''; DROP TABLE t; \\/vpc"));
    }
    EXPECT_THAT(texts[texts.size() - 2],
                HasSubstr(dialect == "spark" ? "  `x\" AS y; ``COPY`` -- '\\`,\n"
                                             : "  \"x\"\" AS y; `COPY` -- '\\\",\n"));
  }
}

TEST_F(DdlTest, WhatATerminalDoesNotShowIsRefused) {
  for (const char* hostile : {"a\nb", "a\x1b[2J", "a\xE2\x80\xAE", "a\xFF"}) {
    const Schema schema("vpc_flow", {{hostile, ColumnType::kString}});
    const Status column = DdlStatements({{schema, "s3://b"}}, {}).status();
    EXPECT_THAT(column.message(), HasSubstr("the column 'a\\"));
    const Status place = DdlStatements({{Schema("x", {}), hostile}}, {}).status();
    EXPECT_THAT(place.message(), HasSubstr("the place 'a\\"));
  }
}

TEST_F(DdlTest, OtherDialectsAreRefused) {
  EXPECT_TRUE(ParseDdlDialect("mysql", false).status().IsInvalid());
  EXPECT_TRUE(ParseDdlDialect("spark", true).status().IsInvalid());
}

}  // namespace
}  // namespace flowlake
