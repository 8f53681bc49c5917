#include "flowlake/query/dialect.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace flowlake {

namespace {

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Behind the closing quote; a doubled quote is part of the text.
size_t EndOfQuoted(std::string_view sql, size_t begin) {
  const char quote = sql[begin];
  for (size_t i = begin + 1; i < sql.size(); ++i) {
    if (sql[i] != quote) continue;
    if (i + 1 < sql.size() && sql[i + 1] == quote) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

/// Behind a comment that begins here, or `begin`.
size_t EndOfComment(std::string_view sql, size_t begin) {
  const std::string_view start = sql.substr(begin, 2);
  if (start == "--") return std::min(sql.find('\n', begin), sql.size());
  if (start != "/*") return begin;
  const size_t end = sql.find("*/", begin + 2);
  return end == std::string_view::npos ? sql.size() : end + 2;
}

SqlToken NextToken(std::string_view sql, size_t begin) {
  using Kind = SqlToken::Kind;
  const char c = sql[begin];
  if (c == '\'') return {Kind::kText, begin, EndOfQuoted(sql, begin)};
  if (c == '"') return {Kind::kQuoted, begin, EndOfQuoted(sql, begin)};
  size_t end = begin + 1;
  const bool number = IsDigit(c) || (c == '.' && end < sql.size() && IsDigit(sql[end]));
  if (!number && !IsWordByte(c)) return {Kind::kSymbol, begin, end};
  while (end < sql.size() && (IsWordByte(sql[end]) || (number && sql[end] == '.'))) ++end;
  return {number ? Kind::kNumber : Kind::kWord, begin, end};
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Renamed rather than made macros: a macro takes no DISTINCT, FILTER or lambda.
constexpr std::pair<const char*, const char*> kRenamed[] = {
    {"approx_distinct", "approx_count_distinct"},
    {"approx_percentile", "approx_quantile"},
    {"every", "bool_and"},
    {"transform", "list_transform"},
};

class Rewriter {
 public:
  explicit Rewriter(std::string_view sql) : sql_(sql), tokens_(TokenizeSql(sql)) {}

  RewrittenSql Rewrite() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      RewriteName(i);
      RewriteSample(i);
    }
    result_.text += sql_.substr(copied_);
    return std::move(result_);
  }

 private:
  /// "" behind the end.
  std::string TextOf(size_t i) const {
    if (i >= tokens_.size()) return "";
    return Lower(sql_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin));
  }

  void Replace(size_t begin, size_t end, std::string_view with) {
    result_.text += sql_.substr(copied_, begin - copied_);
    result_.edits.push_back({result_.text.size(), with.size(), begin, end - begin});
    result_.text += with;
    copied_ = end;
  }

  void RewriteName(size_t i) {
    if (tokens_[i].kind != SqlToken::Kind::kWord || TextOf(i + 1) != "(") return;
    if (i > 0 && TextOf(i - 1) == ".") return;
    const std::string name = TextOf(i);
    const auto* found = std::find_if(std::begin(kRenamed), std::end(kRenamed),
                                     [&](const auto& row) { return name == row.first; });
    if (found == std::end(kRenamed)) return;
    Replace(tokens_[i].begin, tokens_[i].end, found->second);
  }

  void RewriteSample(size_t i) {
    if (TextOf(i) != "tablesample" || TextOf(i + 2) != "(" || TextOf(i + 4) != ")")
      return;
    const std::string method = TextOf(i + 1);
    if (method != "system" && method != "bernoulli") return;
    const SqlToken& number = tokens_[i + 3];
    if (number.kind == SqlToken::Kind::kNumber)
      Replace(number.end, number.end, " PERCENT");
  }

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  RewrittenSql result_;
  size_t copied_ = 0;
};

}  // namespace

std::vector<SqlToken> TokenizeSql(std::string_view sql) {
  std::vector<SqlToken> tokens;
  size_t at = 0;
  while (at < sql.size()) {
    const size_t comment_end = EndOfComment(sql, at);
    if (comment_end > at) {
      at = comment_end;
    } else if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      ++at;
    } else {
      tokens.push_back(NextToken(sql, at));
      at = tokens.back().end;
    }
  }
  return tokens;
}

size_t RewrittenSql::OriginalPosition(size_t position) const {
  size_t original = position;
  for (const Edit& edit : edits) {
    if (position < edit.at) break;
    if (position < edit.at + edit.length) return edit.original_at;
    original =
        position - (edit.at + edit.length) + edit.original_at + edit.original_length;
  }
  return original;
}

RewrittenSql RewriteDialect(std::string_view sql) { return Rewriter(sql).Rewrite(); }

}  // namespace flowlake
