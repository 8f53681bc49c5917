/// SQL that the program puts together. Names and values are not text of a statement until
/// they are quoted: a std::string cannot be put into a SqlText, only fixed text of the
/// program, what Identifier() and Literal() make, numbers, and other SqlTexts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowlake {

/// Two ways to quote.
enum class SqlDialect {
  kAnsi,  ///< DuckDB, Trino, and Athena's queries and views: "name", 'it''s'
  kHive,  ///< Spark, and Athena's other statements: `name`, 'it\'s'
};

/// A text that stands in the program's source.
class FixedSql {
 public:
  consteval FixedSql(const char* text) : text_(text) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class SqlText {
 public:
  SqlText() = default;
  SqlText(FixedSql fixed) : text_(fixed.text()) {}

  /// The name as one identifier, whatever is in it but NUL, which no dialect takes.
  static SqlText Identifier(SqlDialect dialect, std::string_view name);
  /// "a"."b"
  static SqlText Identifier(SqlDialect dialect,
                            const std::vector<std::string_view>& parts);
  /// The text as one string literal, whatever is in it but NUL.
  static SqlText Literal(SqlDialect dialect, std::string_view text);
  static SqlText Number(int64_t value);
  /// Of a finite number.
  static SqlText Number(double value);
  /// What somebody wrote as SQL and is trusted like the program: the file of a report.
  static SqlText Written(std::string_view sql);

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  SqlText& operator+=(const SqlText& other) {
    text_ += other.text_;
    return *this;
  }
  SqlText& operator+=(FixedSql fixed) {
    text_ += fixed.text();
    return *this;
  }
  friend SqlText operator+(SqlText a, const SqlText& b) { return std::move(a += b); }
  friend SqlText operator+(SqlText a, FixedSql b) { return std::move(a += b); }
  friend SqlText operator+(FixedSql a, const SqlText& b) { return SqlText(a) + b; }

 private:
  std::string text_;
};

}  // namespace flowlake
