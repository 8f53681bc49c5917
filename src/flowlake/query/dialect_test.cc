#include "flowlake/query/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flowlake/query/athena_functions.h"

namespace flowlake {
namespace {

std::string Rewritten(std::string_view sql) { return RewriteDialect(sql).text; }

TEST(DialectTest, SamplesGetTheirUnit) {
  EXPECT_EQ(Rewritten("FROM t TABLESAMPLE system (10)"),
            "FROM t TABLESAMPLE system (10 PERCENT)");
  EXPECT_EQ(Rewritten("FROM t TABLESAMPLE BERNOULLI( .5 ) REPEATABLE (1)"),
            "FROM t TABLESAMPLE BERNOULLI( .5 PERCENT ) REPEATABLE (1)");
}

TEST(DialectTest, SamplesThatHaveOneKeepIt) {
  for (const char* sql :
       {"FROM t TABLESAMPLE SYSTEM (10%)", "FROM t TABLESAMPLE SYSTEM (10 PERCENT)",
        "FROM t TABLESAMPLE RESERVOIR (10)", "FROM t TABLESAMPLE"}) {
    EXPECT_EQ(Rewritten(sql), sql);
  }
}

TEST(DialectTest, FunctionsAreRenamed) {
  EXPECT_EQ(Rewritten("SELECT Approx_Distinct(DISTINCT x) FILTER (WHERE y)"),
            "SELECT approx_count_distinct(DISTINCT x) FILTER (WHERE y)");
  EXPECT_EQ(Rewritten("transform (a, x -> every(x))"),
            "list_transform (a, x -> bool_and(x))");
}

TEST(DialectTest, OtherUsesOfTheNamesAreLeftAlone) {
  for (const char* sql :
       {"SELECT every, transform FROM t", "SELECT \"every\"(x)", "SELECT s.every(x)",
        "SELECT 'approx_distinct(x)'", "SELECT 'it''s every(x)'", "-- every(x)",
        "/* every(x) */ SELECT 1", "SELECT 'every(", "SELECT \"every(", "/* every("}) {
    EXPECT_EQ(Rewritten(sql), sql);
  }
}

TEST(DialectTest, PositionsLeadBackToTheOriginal) {
  const std::string sql = "SELECT every(a), approx_distinct(b), oops";
  const RewrittenSql rewritten = RewriteDialect(sql);
  for (const char* word : {"SELECT", "a)", "b)", "oops"}) {
    EXPECT_EQ(rewritten.OriginalPosition(rewritten.text.find(word)), sql.find(word))
        << word;
  }
  EXPECT_EQ(rewritten.OriginalPosition(rewritten.text.find("count_distinct")),
            sql.find("approx_distinct"));
}

TEST(DialectTest, FormatsOfMySqlBecomeThoseOfStrptime) {
  EXPECT_EQ(StrptimeFormat("%Y-%m-%d %H:%i:%s"), "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(StrptimeFormat("%M %e %T%"), "%B %-d %H:%M:%S%");
  EXPECT_EQ(StrptimeFormat("%%i %f"), "%%i %f");
}

TEST(DialectTest, TokensHaveNoCommentsOrSpace) {
  EXPECT_THAT(TokenizeSql("a -- b\n/* c */ 'd''e' \"f\" 1.5;"), testing::SizeIs(5));
  EXPECT_THAT(TokenizeSql(" \n"), testing::IsEmpty());
}

}  // namespace
}  // namespace flowlake
