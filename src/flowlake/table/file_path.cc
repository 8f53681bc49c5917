#include "flowlake/table/file_path.h"

#include <algorithm>

#include "flowlake/base/escape.h"
#include "flowlake/base/hex.h"
#include "flowlake/store/store.h"

namespace flowlake {

namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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
    const int byte = HexByte(text.substr(i + 1));
    if (byte < 0) return Status::Invalid("has a '%' without two digits");
    decoded += static_cast<char>(byte);
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
  std::string encoded;
  for (const char c : path) {
    if (IsAlphanumeric(c) || kPlain.find(c) != kPlain.npos) {
      encoded += c;
    } else {
      encoded += '%';
      AppendHexByte(kUpperHexDigits, static_cast<unsigned char>(c), encoded);
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
