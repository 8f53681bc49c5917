#include "flowlake/base/text_bound.h"

#include <algorithm>
#include <cstdint>

#include "flowlake/base/escape.h"

namespace flowlake {

namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view FirstCodePoints(std::string_view text, size_t count) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsContinuation(text[i]) && count-- == 0) return text.substr(0, i);
  }
  return text;
}

void AppendUtf8(uint32_t code_point, std::string* text) {
  const auto append = [&](uint32_t byte) { *text += static_cast<char>(byte); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3F));
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
    append(0x80 | (code_point >> 6 & 0x3F));
  }
  append(0x80 | (code_point & 0x3F));
}

/// Requires one valid UTF-8 sequence.
uint32_t DecodeUtf8(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  uint32_t code_point = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    code_point = code_point << 6 | (static_cast<unsigned char>(c) & 0x3F);
  }
  return code_point;
}

/// The smallest string of at most that many code points that is above every string with
/// this prefix; nullopt if there is none. Requires valid UTF-8.
std::optional<std::string> RoundUp(std::string_view prefix) {
  while (!prefix.empty()) {
    size_t last = prefix.size() - 1;
    while (IsContinuation(prefix[last])) --last;
    uint32_t next = DecodeUtf8(prefix.substr(last)) + 1;
    prefix = prefix.substr(0, last);
    if (next == 0xD800) next = 0xE000;  // surrogates are no characters
    if (next > 0x10FFFF) continue;
    std::string rounded(prefix);
    AppendUtf8(next, &rounded);
    return rounded;
  }
  return std::nullopt;
}

bool IsUtf8(std::string_view text) {
  return FindInvalidUtf8(text) == std::string_view::npos;
}

}  // namespace

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::optional<std::string> LowerTextBound(std::string_view text) {
  if (!IsUtf8(text)) return std::nullopt;
  return std::string(FirstCodePoints(text, kMaxBoundCodePoints));
}

std::optional<std::string> UpperTextBound(std::string_view text) {
  if (!IsUtf8(text)) return std::nullopt;
  const std::string_view cut = FirstCodePoints(text, kMaxBoundCodePoints);
  return cut.size() == text.size() ? std::optional(std::string(text)) : RoundUp(cut);
}

}  // namespace flowlake
