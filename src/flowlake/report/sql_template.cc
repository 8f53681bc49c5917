#include "flowlake/report/sql_template.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace flowlake {

namespace {

bool IsNameStart(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

class Expander {
 public:
  Expander(std::string_view sql, const SqlPlaceholders& placeholders)
      : sql_(sql), placeholders_(placeholders) {}

  Result<std::string> Expand() {
    while (at_ < sql_.size()) {
      const Status status = Step();
      if (!status.ok()) return AtLine(status);
    }
    if (section_start_ != kNoSection) return AtLine(Status::Invalid("[[ without ]]"));
    return std::move(out_);
  }

 private:
  static constexpr size_t kNoSection = static_cast<size_t>(-1);

  char Peek(size_t ahead) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }
  bool Sees(std::string_view text) const { return sql_.substr(at_).starts_with(text); }

  Status AtLine(const Status& status) const {
    const auto end =
        sql_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, sql_.size()));
    const auto line = 1 + std::count(sql_.begin(), end, '\n');
    return status.WithMessage("line ", line, ": ", status.message());
  }

  Status Step() {
    if (Sees("--")) return CopyThrough("\n", 2);
    if (Sees("/*")) return CopyThrough("*/", 2);
    if (Peek(0) == '\'') return CopyThrough("'", 1);
    if (Peek(0) == '"') return CopyThrough("\"", 1);
    if (Sees("::")) return Copy(2);
    if (Sees("[[")) return OpenSection();
    if (Sees("]]") && section_start_ != kNoSection) return CloseSection();
    if (Peek(0) == ':' && IsNameStart(Peek(1))) return ExpandValue();
    if (Peek(0) == '{' && IsNameStart(Peek(1))) return ExpandWord();
    return Copy(1);
  }

  Status Copy(size_t count) {
    out_ += sql_.substr(at_, count);
    at_ += count;
    return Status::OK();
  }

  /// A doubled quote is the end of one string and the start of the next: no special case.
  Status CopyThrough(std::string_view end, size_t opening) {
    const size_t found = sql_.find(end, at_ + opening);
    return Copy(found == std::string_view::npos ? sql_.size() - at_
                                                : found + end.size() - at_);
  }

  Status OpenSection() {
    if (section_start_ != kNoSection) return Status::Invalid("[[ inside [[ ]]");
    section_start_ = out_.size();
    section_has_empty_ = false;
    at_ += 2;
    return Status::OK();
  }

  Status CloseSection() {
    if (section_has_empty_) out_.resize(section_start_);
    section_start_ = kNoSection;
    at_ += 2;
    return Status::OK();
  }

  std::string_view NameAt(size_t start) const {
    size_t end = start;
    while (end < sql_.size() && IsNameCharacter(sql_[end])) ++end;
    return sql_.substr(start, end - start);
  }

  Status ExpandValue() {
    const std::string_view name = NameAt(at_ + 1);
    ARROW_ASSIGN_OR_RAISE(const auto bound, placeholders_.value(name));
    section_has_empty_ |= bound.is_empty;
    out_ += bound.sql.text();
    at_ += 1 + name.size();
    return Status::OK();
  }

  Status ExpandWord() {
    const size_t end = sql_.find('}', at_);
    if (end == std::string_view::npos) return Status::Invalid("{ without }");
    const std::string_view inside = sql_.substr(at_ + 1, end - at_ - 1);
    const std::string_view name = NameAt(at_ + 1);
    const bool has_argument = name.size() < inside.size() && inside[name.size()] == ':';
    if (name.size() < inside.size() && !has_argument) return Copy(1);
    const auto argument = has_argument ? inside.substr(name.size() + 1) : "";
    ARROW_ASSIGN_OR_RAISE(const auto bound, placeholders_.word(name, argument));
    section_has_empty_ |= bound.is_empty;
    out_ += bound.sql.text();
    at_ = end + 1;
    return Status::OK();
  }

  std::string_view sql_;
  const SqlPlaceholders& placeholders_;
  size_t at_ = 0;
  std::string out_;
  size_t section_start_ = kNoSection;  // where in out_ the open section began
  bool section_has_empty_ = false;
};

}  // namespace

Result<SqlText> ExpandSql(std::string_view sql, const SqlPlaceholders& placeholders) {
  ARROW_ASSIGN_OR_RAISE(const std::string expanded, Expander(sql, placeholders).Expand());
  return SqlText::Written(expanded);
}

}  // namespace flowlake
