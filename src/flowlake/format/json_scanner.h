/// Steps through JSON in one pass, without building anything. It takes the JSON that
/// machines write and refuses what is unusual, valid or not: escapes in names, nesting
/// deeper than 64. Whoever is refused asks a complete parser, which decides. So what is
/// taken is valid by RFC 8259, UTF-8 included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowlake {

/// The bytes between the quotes of a string.
struct JsonString {
  std::string_view raw;  ///< points into the text
  bool has_escape = false;
};

/// Appends what `raw`, of a string that a JsonScanner took, stands for.
void AppendUnescaped(std::string_view raw, std::string& out);

/// After a function has returned false the scanner is where the text became unusual, and
/// of no further use. White space before whatever is asked for is skipped. Not
/// thread-safe.
class JsonScanner {
 public:
  /// `text` outlives the scanner.
  explicit JsonScanner(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  /// Where the scanner is.
  const char* at() const { return at_; }

  /// The next byte that is not white space, where the scanner then is; 0 at the end.
  char Peek() {
    while (at_ != end_ && IsSpace(*at_)) ++at_;
    return at_ == end_ ? '\0' : *at_;
  }

  /// Goes behind `c` if that comes next; else nothing changes but white space.
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  bool ScanString(JsonString& out) { return Take('"') && ScanRestOfString(out); }
  /// At most 18 digits, perhaps with a minus, but not -0: `out` is how they are written.
  bool ScanInteger(std::string_view& out);
  /// Any number: `out` is how it is written.
  bool ScanNumber(std::string_view& out);
  /// true, false or null: `out` is the word.
  bool ScanWord(std::string_view& out);
  bool SkipValue() { return SkipValue(kMaxDepth); }

  /// Calls member(name), which must take the value, for each member; false as soon as
  /// that returns false.
  template <typename Member>
  bool ScanObject(Member&& member) {
    if (!Take('{')) return false;
    if (Take('}')) return true;
    do {
      JsonString name;
      if (!ScanString(name) || name.has_escape || !Take(':') || !member(name.raw)) {
        return false;
      }
    } while (Take(','));
    return Take('}');
  }

  /// The same for element(), which must take an element.
  template <typename Element>
  bool ScanArray(Element&& element) {
    if (!Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!element()) return false;
    } while (Take(','));
    return Take(']');
  }

 private:
  static constexpr int kMaxDepth = 64;

  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  bool ScanRestOfString(JsonString& out);
  bool SkipEscape();
  bool SkipDigits();
  bool SkipValue(int depth);

  const char* at_;
  const char* end_;
};

}  // namespace flowlake
