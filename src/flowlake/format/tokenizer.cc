#include "flowlake/format/tokenizer.h"

#include <algorithm>

namespace flowlake {

namespace {
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}
}  // namespace

const std::vector<std::string_view>& Tokenizer::Split(std::string_view line) {
  tokens_.clear();
  if (separator_ == Separator::kBlanks) {
    SplitAtBlanks(line);
  } else if (!Trim(line).empty()) {
    SplitAtCommas(line);
  }
  return tokens_;
}

void Tokenizer::SplitAtBlanks(std::string_view line) {
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    while (at != end && IsBlank(*at)) ++at;
    if (at == end) return;
    const char* const begin = at;
    while (at != end && !IsBlank(*at)) ++at;
    tokens_.emplace_back(begin, static_cast<size_t>(at - begin));
  }
}

void Tokenizer::SplitAtCommas(std::string_view line) {
  unquoted_.clear();
  unquoted_.reserve(line.size());
  size_t at = 0;
  while (true) {
    while (at < line.size() && IsBlank(line[at])) ++at;
    if (at < line.size() && line[at] == '"') {
      tokens_.push_back(Unquote(line, at));
    } else {
      const size_t end = std::min(line.find(',', at), line.size());
      tokens_.push_back(Trim(line.substr(at, end - at)));
      at = end;
    }
    if (at == line.size()) return;
    ++at;
  }
}

// From the quote at `at` to the next comma outside quotes, where `at` stops. A doubled
// quote inside is one; a quote that is never closed takes the rest of the line.
std::string_view Tokenizer::Unquote(std::string_view line, size_t& at) {
  const size_t begin = unquoted_.size();
  bool inside = false;
  for (; at < line.size() && (inside || line[at] != ','); ++at) {
    if (line[at] != '"') {
      unquoted_ += line[at];
    } else if (inside && at + 1 < line.size() && line[at + 1] == '"') {
      unquoted_ += line[at++];
    } else {
      inside = !inside;
    }
  }
  return std::string_view(unquoted_).substr(begin);
}

}  // namespace flowlake
