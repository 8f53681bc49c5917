/// Athena's spellings that DuckDB's parser or catalogue refuses, rewritten on tokens:
///   TABLESAMPLE SYSTEM (10)  →  TABLESAMPLE SYSTEM (10 PERCENT), likewise BERNOULLI
///   approx_distinct(…), approx_percentile(…), every(…), transform(…)  →  DuckDB's names
/// Strings, quoted identifiers and comments are left alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowlake {

struct SqlToken {
  enum class Kind { kWord, kNumber, kText, kQuoted, kSymbol };
  Kind kind;
  size_t begin;
  size_t end;
};

/// Without white space and comments. Never fails: an open string ends with the text.
std::vector<SqlToken> TokenizeSql(std::string_view sql);

struct RewrittenSql {
  struct Edit {
    size_t at;      ///< in the rewritten text
    size_t length;  ///< of the new text
    size_t original_at;
    size_t original_length;
  };
  std::string text;
  std::vector<Edit> edits;  ///< ascending

  /// Where a position of `text` was before the rewrite.
  size_t OriginalPosition(size_t position) const;
};

RewrittenSql RewriteDialect(std::string_view sql);

}  // namespace flowlake
