#include "flowlake/table/file_path.h"

#include <algorithm>

#include "flowlake/base/escape.h"
#include "flowlake/store/store.h"

namespace flowlake {

namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool HasScheme(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return false;
  return std::all_of(
      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
      [](char c) { return IsAlphanumeric(c) || c == '+' || c == '-' || c == '.'; });
}

Result<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return Status::Invalid("has a '%' without two digits");
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Status Refuse(std::string_view text, std::string_view cause) {
  return Status::Invalid("path '", EscapeForTerminal(text), "' ", cause);
}

}  // namespace

std::string EncodeFilePath(std::string_view path) {
  constexpr std::string_view kPlain = "-_.~/=+,@";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : path) {
    if (IsAlphanumeric(c) || kPlain.find(c) != kPlain.npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

Result<std::string> DecodeFilePath(std::string_view text) {
  if (HasScheme(text) || text.starts_with('/')) {
    return Refuse(text, "is absolute: flowlake reads only files inside the table");
  }
  auto decoded = PercentDecode(text);
  if (!decoded.ok()) return Refuse(text, decoded.status().message());
  if (!CheckObjectPath(*decoded).ok()) {
    return Refuse(text, "does not name a file inside the table");
  }
  return decoded;
}

}  // namespace flowlake
