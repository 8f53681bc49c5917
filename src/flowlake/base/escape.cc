#include "flowlake/base/escape.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "flowlake/base/check.h"
#include "flowlake/base/hex.h"

namespace flowlake {

namespace {
struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;  // 0: the bytes are not valid UTF-8
};

struct Range {
  uint32_t first;
  uint32_t last;
};

bool IsTail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// RFC 3629, section 4: the length by the first byte, and the least value of that length.
CodePoint Decode(std::string_view text) {
  constexpr std::array<uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xF5   ? 0
                        : first >= 0xF0 ? 4
                        : first >= 0xE0 ? 3
                        : first >= 0xC2 ? 2
                                        : 0;
  if (length == 0 || text.size() < length) return {};
  uint32_t value = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!IsTail(text[i])) return {};
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[length] || value > 0x10FFFF || is_surrogate) return {};
  return {value, length};
}

bool IsAscii8(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return (word & 0x8080808080808080) == 0;
}

template <size_t N>
bool IsIn(uint32_t value, const Range (&ranges)[N]) {
  for (const Range& range : ranges) {
    if (value >= range.first && value <= range.last) return true;
  }
  return false;
}

// Control characters, and what can reorder or hide the text around it.
bool IsDangerous(uint32_t value) {
  static constexpr Range kRanges[] = {
      {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},      {0x61C, 0x61C},
      {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F},
      {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
  return IsIn(value, kRanges);
}

bool IsCombining(uint32_t value) {
  static constexpr Range kRanges[] = {
      {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
      {0x64B, 0x65F},   {0x200B, 0x200F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
      {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
  return IsIn(value, kRanges);
}

// Unicode's East Asian Width W and F, in coarse blocks.
bool IsWide(uint32_t value) {
  static constexpr Range kRanges[] = {
      {0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0x33FF}, {0x3400, 0x4DBF},
      {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},  {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
      {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
      {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  return IsIn(value, kRanges);
}

void AppendByte(unsigned char byte, std::string& out) {
  out += "\\x";
  AppendHexByte(kHexDigits, byte, out);
}

void AppendEscape(uint32_t value, std::string& out) {
  if (value == '\n') {
    out += "\\n";
  } else if (value == '\t') {
    out += "\\t";
  } else if (value == '\r') {
    out += "\\r";
  } else if (value < 0x80) {
    AppendByte(static_cast<unsigned char>(value), out);
  } else {
    std::array<char, 16> text;
    std::snprintf(text.data(), text.size(), "\\u{%x}", static_cast<unsigned>(value));
    out += text.data();
  }
}
}  // namespace

std::string EscapeForTerminal(std::string_view text, bool escape_backslash) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    if (point.length == 0) {
      AppendByte(static_cast<unsigned char>(text[0]), out);
      text.remove_prefix(1);
      continue;
    }
    if (IsDangerous(point.value)) {
      AppendEscape(point.value, out);
    } else {
      if (escape_backslash && text[0] == '\\') out += '\\';
      out += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  return out;
}

size_t FindInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    // Logs are nearly all ASCII, where eight bytes are looked at in one go.
    if (text.size() - at >= 8 && IsAscii8(text.data() + at)) {
      at += 8;
      continue;
    }
    const CodePoint point = Decode(text.substr(at));
    if (point.length == 0) return at;
    at += point.length;
  }
  return std::string_view::npos;
}

std::string_view TruncateUtf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  // A sequence has at most three tail bytes; more of them are not UTF-8 to begin with.
  size_t end = limit;
  for (int i = 0; i < 3 && end > 0 && IsTail(text[end]); ++i) --end;
  return text.substr(0, IsTail(text[end]) ? limit : end);
}

size_t DisplayWidth(std::string_view text) {
  DebugCheck(FindInvalidUtf8(text) == std::string_view::npos,
             "the width of what is not UTF-8");
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    if (!IsCombining(point.value)) width += IsWide(point.value) ? 2 : 1;
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return width;
}

}  // namespace flowlake
