#include "flowlake/query/sql_text.h"

#include <array>
#include <charconv>

namespace flowlake {

namespace {

/// Between `quote`s, which stand twice inside (ISO 9075-2, 5.2 and 5.3; Hive's
/// identifiers too).
std::string Doubled(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c != '\0') quoted.append(c == quote ? 2 : 1, c);
  }
  return quoted + quote;
}

/// As Hive's and Spark's unescapeSQLString() reads it back. A doubled quote would be two
/// literals to them, a backslash the beginning of an escape.
std::string Escaped(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

SqlText SqlText::Identifier(SqlDialect dialect, std::string_view name) {
  SqlText sql;
  sql.text_ = Doubled(name, dialect == SqlDialect::kHive ? '`' : '"');
  return sql;
}

SqlText SqlText::Identifier(SqlDialect dialect,
                            const std::vector<std::string_view>& parts) {
  SqlText sql;
  for (const std::string_view part : parts) {
    if (!sql.empty()) sql += ".";
    sql += Identifier(dialect, part);
  }
  return sql;
}

SqlText SqlText::Literal(SqlDialect dialect, std::string_view text) {
  SqlText sql;
  sql.text_ = dialect == SqlDialect::kHive ? Escaped(text) : Doubled(text, '\'');
  return sql;
}

SqlText SqlText::Number(int64_t value) {
  SqlText sql;
  sql.text_ = std::to_string(value);
  return sql;
}

SqlText SqlText::Number(double value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  SqlText sql;
  sql.text_.assign(buffer.data(), end.ptr);
  return sql;
}

SqlText SqlText::Written(std::string_view sql) {
  SqlText written;
  written.text_ = sql;
  return written;
}

}  // namespace flowlake
