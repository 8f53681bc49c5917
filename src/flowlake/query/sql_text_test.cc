#include "flowlake/query/sql_text.h"

#include <gtest/gtest.h>

#include <duckdb.hpp>

namespace flowlake {
namespace {

constexpr std::string_view kHostile[] = {"plain",
                                         "",
                                         "it's",
                                         "''",
                                         "'; DROP TABLE x; --",
                                         "x\" AS y; COPY (SELECT 1) TO 'z",
                                         "\"\"",
                                         "a`b",
                                         "``",
                                         "\\",
                                         "\\'",
                                         "ends in \\",
                                         "new\nline",
                                         "\r\t\x1b[2J",
                                         "/* c */ -- d",
                                         "\xE2\x80\xAE bidi",
                                         "\xFF\xFE",
                                         "$$x$$",
                                         "E'x'",
                                         "U&\"d\\0061\""};

TEST(SqlText, QuotesAsItsDialectReads) {
  const auto shown = [](SqlDialect dialect, std::string_view text) {
    return SqlText::Identifier(dialect, text).text() + " " +
           SqlText::Literal(dialect, text).text();
  };
  EXPECT_EQ(shown(SqlDialect::kAnsi, "a\"b'c\\`"), "\"a\"\"b'c\\`\" 'a\"b''c\\`'");
  EXPECT_EQ(shown(SqlDialect::kHive, "a\"b'c\\`"), "`a\"b'c\\``` 'a\"b\\'c\\\\`'");
  EXPECT_EQ(
      SqlText::Identifier(SqlDialect::kHive, std::vector<std::string_view>{"a", "b.c"})
          .text(),
      "`a`.`b.c`");
  EXPECT_EQ(
      (SqlText("SELECT ") + SqlText::Number(int64_t{-5}) + ", " + SqlText::Number(0.5))
          .text(),
      "SELECT -5, 0.5");
}

TEST(SqlText, DuckDbReadsBackWhatWasQuoted) {
  duckdb::DuckDB database(nullptr);
  duckdb::Connection connection(database);
  for (const std::string_view text : kHostile) {
    if (text.empty() || text == "\xFF\xFE") continue;  // no name, no UTF-8
    const SqlText sql = "SELECT " + SqlText::Literal(SqlDialect::kAnsi, text) + " AS " +
                        SqlText::Identifier(SqlDialect::kAnsi, text);
    const auto answer = connection.Query(sql.text());
    ASSERT_FALSE(answer->HasError()) << sql.text() << answer->GetError();
    EXPECT_EQ(answer->names.at(0), text);
    EXPECT_EQ(answer->GetValue(0, 0).ToString(), text);
  }
}

/// As Hive and Spark read a quoted text; nothing if it does not end where the text does.
std::string ReadBack(const std::string& quoted, bool has_escapes) {
  std::string text;
  const char quote = quoted[0];
  for (size_t i = 1; i < quoted.size(); ++i) {
    if (has_escapes && quoted[i] == '\\') {
      text += quoted.at(++i);
    } else if (quoted[i] == quote && i + 1 < quoted.size()) {
      if (has_escapes || quoted[++i] != quote) return "ended early";
      text += quote;
    } else if (quoted[i] == quote) {
      return text;
    } else {
      text += quoted[i];
    }
  }
  return "did not end";
}

TEST(SqlText, HiveReadsBackWhatWasQuoted) {
  for (const std::string_view text : kHostile) {
    EXPECT_EQ(ReadBack(SqlText::Literal(SqlDialect::kHive, text).text(), true), text);
    EXPECT_EQ(ReadBack(SqlText::Identifier(SqlDialect::kHive, text).text(), false), text);
  }
}

}  // namespace
}  // namespace flowlake
