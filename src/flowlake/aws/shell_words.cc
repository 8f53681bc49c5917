#include "flowlake/aws/shell_words.h"

#include <optional>
#include <utility>

namespace flowlake {

namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  Result<std::vector<std::string>> Run() {
    while (at_ < text_.size()) {
      ARROW_RETURN_NOT_OK(TakeOne());
    }
    EndWord();
    return std::move(words_);
  }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  Status TakeOne() {
    const char c = text_[at_++];
    if (IsSpace(c)) {
      EndWord();
      return Status::OK();
    }
    if (!word_) word_.emplace();
    if (c == '\'' || c == '"') return TakeQuoted(c);
    if (c == '\\') return TakeEscaped();
    *word_ += c;
    return Status::OK();
  }

  Status TakeQuoted(char quote) {
    while (at_ < text_.size() && text_[at_] != quote) {
      // Between double quotes a backslash escapes only what would be special there.
      const bool is_escape = quote == '"' && text_[at_] == '\\' &&
                             at_ + 1 < text_.size() &&
                             (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (is_escape) ++at_;
      *word_ += text_[at_++];
    }
    if (at_ == text_.size()) return Status::Invalid("a quote has no end");
    ++at_;
    return Status::OK();
  }

  Status TakeEscaped() {
    if (at_ == text_.size()) return Status::Invalid("nothing follows a backslash");
    *word_ += text_[at_++];
    return Status::OK();
  }

  void EndWord() {
    if (word_) words_.push_back(*std::exchange(word_, std::nullopt));
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::optional<std::string> word_;  // the one that is being read
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> SplitShellWords(std::string_view text) {
  return Splitter(text).Run();
}

}  // namespace flowlake
