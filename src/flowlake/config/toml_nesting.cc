// The scanner agrees with TOML 1.0 on where strings and comments end for as long as the
// text is valid. Behind the first mistake it may disagree, but no parser goes there.
#include "flowlake/config/toml_nesting.h"

#include <algorithm>

namespace flowlake {

namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<size_t> FindTooDeep() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '"' || c == '\'') {
        SkipString(c);
      } else if (c == '.' && ++dots_ > kMostTomlDots) {
        return line_;
      } else {
        Step();
      }
    }
    return std::nullopt;
  }

 private:
  void Step() {
    if (text_[at_] == '\n') {
      ++line_;
      dots_ = 0;
    }
    ++at_;
  }

  bool SeesThree(char quote) const {
    const std::string_view three = text_.substr(at_, 3);
    return three.size() == 3 && std::ranges::count(three, quote) == 3;
  }

  void SkipString(char quote) {
    const bool is_multi_line = SeesThree(quote);
    at_ += is_multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n' && !is_multi_line) return;
      if (c == quote && (!is_multi_line || SeesThree(quote))) {
        at_ += is_multi_line ? 3 : 1;
        // Two more quotes before the closing three belong to the text.
        for (int i = 0; i < 2 && is_multi_line && Sees(quote); ++i) ++at_;
        return;
      }
      if (c == '\\' && quote == '"' && at_ + 1 < text_.size()) Step();
      Step();
    }
  }

  bool Sees(char c) const { return at_ < text_.size() && text_[at_] == c; }

  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
  size_t dots_ = 0;  // in this line
};

}  // namespace

std::optional<size_t> FindTooDeepToml(std::string_view text) {
  return Scanner(text).FindTooDeep();
}

}  // namespace flowlake
