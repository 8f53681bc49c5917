#include "flowlake/base/shell_path.h"

#include "flowlake/base/escape.h"
#include "flowlake/base/hex.h"

namespace flowlake {

namespace {

bool IsPlain(std::string_view path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  return !path.empty() && path.find_first_not_of(kPlain) == path.npos;
}

std::string InQuotes(std::string_view path) {
  std::string word = "'";
  for (const char c : path) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

/// Every byte that is not ordinary ASCII as its number.
std::string InBytes(std::string_view path) {
  std::string word = "$'";
  for (const char c : path) {
    if (c == '\'' || c == '\\') {
      word += {'\\', c};
    } else if (c >= ' ' && c < '\x7f') {
      word += c;
    } else {
      word += "\\x";
      AppendHexByte(kHexDigits, static_cast<unsigned char>(c), word);
    }
  }
  return word + "'";
}

}  // namespace

std::string ShellPath(std::string_view path) {
  const std::string safe = (path.starts_with('-') ? "./" : "") + std::string(path);
  if (IsPlain(safe)) return safe;
  return EscapeForTerminal(safe) == safe ? InQuotes(safe) : InBytes(safe);
}

}  // namespace flowlake
