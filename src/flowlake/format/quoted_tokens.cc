#include "flowlake/format/quoted_tokens.h"

#include <algorithm>

#include "flowlake/format/byte_search.h"

namespace flowlake {

namespace {

/// As record.find('"', from). Most fields end within a few bytes, where a call costs more
/// than it looks at; in long ones it pays.
size_t FindQuote(std::string_view record, size_t from) {
  constexpr size_t kFew = 32;
  const size_t end = std::min(from + kFew, record.size());
  const size_t at = FindByte(record.substr(0, end), '"', from);
  return at < end ? at : record.find('"', end);
}

/// Where the quoted field that begins at `begin`, behind its quote, ends; npos: nowhere.
size_t ClosingQuote(std::string_view record, size_t begin) {
  size_t at = begin;
  while (true) {
    at = FindQuote(record, at);
    if (at == record.npos) return at;
    const bool is_before_end = at + 1 == record.size() || record[at + 1] == ' ';
    // `\"` is a quote inside; a backslash that is escaped itself is none before a quote.
    size_t backslashes = 0;
    while (at - backslashes > begin && record[at - backslashes - 1] == '\\')
      ++backslashes;
    if (is_before_end && backslashes % 2 == 0) return at;
    ++at;
  }
}

}  // namespace

bool SplitQuoted(std::string_view record, std::vector<QuotedToken>& tokens) {
  tokens.clear();
  size_t at = 0;
  while (at <= record.size()) {
    if (at < record.size() && record[at] == '"') {
      const size_t end = ClosingQuote(record, at + 1);
      if (end == record.npos) return false;
      tokens.push_back({record.substr(at + 1, end - at - 1), true});
      at = end + 2;
      // A blank that ends the record is not followed by a field.
      if (at == record.size() + 1) return true;
    } else {
      const size_t end = FindByte(record, ' ', at);
      tokens.push_back({record.substr(at, end - at), false});
      if (end == record.size()) return true;
      at = end + 1;
    }
    if (at == record.size()) return true;
  }
  return true;
}

}  // namespace flowlake
