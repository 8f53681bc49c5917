/// Bytes as two hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";
inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

/// 0 to 15; -1 if `c` is no hexadecimal digit, of either case.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Of the two digits that `text` begins with, 0 to 255; -1 if they are not there.
constexpr int HexByte(std::string_view text) {
  if (text.size() < 2) return -1;
  const int high = HexDigit(text[0]);
  const int low = HexDigit(text[1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// `digits` is one of the two above.
inline void AppendHexByte(std::string_view digits, unsigned char byte, std::string& out) {
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

}  // namespace flowlake
