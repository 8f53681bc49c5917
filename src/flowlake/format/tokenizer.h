/// Cuts a line into its fields. The one place to replace for a vectorised scanner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowlake {

enum class Separator {
  kBlanks,  ///< runs of spaces and tabs
  kComma,   ///< RFC 4180 within one line; blanks around unquoted fields are dropped
};

/// Not thread-safe.
class Tokenizer {
 public:
  explicit Tokenizer(Separator separator) : separator_(separator) {}

  /// The fields of `line`, which has no line end. Valid until the next call and as long
  /// as the line. An empty or blank line has none.
  const std::vector<std::string_view>& Split(std::string_view line);

 private:
  void SplitAtBlanks(std::string_view line);
  void SplitAtCommas(std::string_view line);
  std::string_view Unquote(std::string_view line, size_t& at);

  Separator separator_;
  std::vector<std::string_view> tokens_;
  std::string unquoted_;  // reserved for a whole line: views into it stay valid
};

}  // namespace flowlake
