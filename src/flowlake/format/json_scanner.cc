#include "flowlake/format/json_scanner.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "flowlake/base/escape.h"
#include "flowlake/base/hex.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace flowlake {

namespace {
bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

#if defined(__x86_64__)
// Signed, a byte below 0x20 is a control character or not ASCII: one comparison for both.
uint32_t FindSpecial16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  return static_cast<uint32_t>(
      _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), odd)));
}

const char* SkipPlainBlocks(const char* at, const char* end) {
  while (end - at >= 16) {
    if (const uint32_t special = FindSpecial16(at)) {
      return at + std::countr_zero(special);
    }
    at += 16;
  }
  return at;
}
#else
const char* SkipPlainBlocks(const char* at, const char*) { return at; }
#endif

// Too small is 0.
bool FitsDouble(std::string_view number) {
  return std::isfinite(std::strtod(std::string(number).c_str(), nullptr));
}

// The first byte of a string that is not an ordinary ASCII character, or `end`.
const char* SkipPlain(const char* at, const char* end) {
  at = SkipPlainBlocks(at, end);
  while (at != end && IsPlain(*at)) ++at;
  return at;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Of the four digits at `at`; -1 if they are none.
int HexNumber(const char* at) {
  int number = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = HexDigit(at[i]);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

bool IsHighSurrogate(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void AppendUtf8(int code_point, std::string& out) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
    return;
  }
  if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    out += static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (code_point & 0x3F));
}

// The letter behind a backslash, and what it stands for.
char UnescapedLetter(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}
}  // namespace

void AppendUnescaped(std::string_view raw, std::string& out) {
  while (true) {
    const size_t backslash = raw.find('\\');
    out += raw.substr(0, backslash);
    if (backslash == std::string_view::npos) return;
    const char letter = raw[backslash + 1];
    raw.remove_prefix(backslash + 2);
    if (letter != 'u') {
      out += UnescapedLetter(letter);
      continue;
    }
    int code_point = HexNumber(raw.data());
    raw.remove_prefix(4);
    if (IsHighSurrogate(code_point)) {  // "\uDC00" follows
      code_point =
          0x10000 + (code_point - 0xD800) * 0x400 + HexNumber(raw.data() + 2) - 0xDC00;
      raw.remove_prefix(6);
    }
    AppendUtf8(code_point, out);
  }
}

bool JsonScanner::ScanRestOfString(JsonString& out) {
  const char* const begin = at_;
  bool is_ascii = true;
  out.has_escape = false;
  while (true) {
    at_ = SkipPlain(at_, end_);
    if (at_ == end_) return false;
    if (*at_ == '"') break;
    if (*at_ == '\\') {
      if (!SkipEscape()) return false;
      out.has_escape = true;
    } else if (static_cast<unsigned char>(*at_) >= 0x80) {
      is_ascii = false;
      ++at_;
    } else {
      return false;
    }
  }
  out.raw = {begin, static_cast<size_t>(at_ - begin)};
  ++at_;
  return is_ascii || FindInvalidUtf8(out.raw) == std::string_view::npos;
}

// Requires a backslash.
bool JsonScanner::SkipEscape() {
  if (end_ - at_ < 2) return false;
  const char letter = at_[1];
  if (letter == 'u') {
    if (end_ - at_ < 6) return false;
    const int unit = HexNumber(at_ + 2);
    at_ += 6;
    if (!IsHighSurrogate(unit)) return unit >= 0 && !IsLowSurrogate(unit);
    const bool has_second = end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u';
    if (!has_second || !IsLowSurrogate(HexNumber(at_ + 2))) return false;
    at_ += 6;
    return true;
  }
  at_ += 2;
  return std::string_view("\"\\/bfnrt").find(letter) != std::string_view::npos;
}

bool JsonScanner::ScanInteger(std::string_view& out) {
  constexpr std::ptrdiff_t kSafeDigits = 18;
  const bool is_negative = Take('-');
  const char* const begin = at_;
  while (at_ != end_ && IsDigit(*at_)) ++at_;
  const std::ptrdiff_t digits = at_ - begin;
  if (digits == 0 || digits > kSafeDigits || at_ == end_) return false;
  if (*begin == '0' && (digits > 1 || is_negative)) return false;
  const char* const minus = is_negative ? begin - 1 : begin;
  out = {minus, static_cast<size_t>(at_ - minus)};
  return *at_ != '.' && *at_ != 'e' && *at_ != 'E';
}

bool JsonScanner::SkipDigits() {
  const char* const begin = at_;
  while (at_ != end_ && IsDigit(*at_)) ++at_;
  return at_ != begin;
}

// RFC 8259, section 6, but no number that is too large for a double: whoever reads the
// column as JSON later refuses it.
bool JsonScanner::ScanNumber(std::string_view& out) {
  constexpr std::ptrdiff_t kSafeExponentDigits = 2;
  constexpr std::ptrdiff_t kSafeLength = 40;
  bool is_safe = true;
  Peek();
  const char* const begin = at_;
  if (at_ != end_ && *at_ == '-') ++at_;
  const char* const digits = at_;
  if (!SkipDigits() || (*digits == '0' && at_ - digits > 1)) return false;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!SkipDigits()) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    const char* const exponent = at_;
    if (!SkipDigits()) return false;
    is_safe = at_ - exponent <= kSafeExponentDigits;
  }
  out = {begin, static_cast<size_t>(at_ - begin)};
  return (is_safe && at_ - begin <= kSafeLength) || FitsDouble(out);
}

bool JsonScanner::ScanWord(std::string_view& out) {
  const char first = Peek();
  out = first == 't' ? "true" : first == 'f' ? "false" : "null";
  if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(out)) {
    return false;
  }
  at_ += out.size();
  return true;
}

bool JsonScanner::SkipValue(int depth) {
  JsonString text;
  std::string_view word;
  switch (Peek()) {
    case '"':
      return ScanString(text);
    case '{':
      return depth > 0 &&
             ScanObject([&](std::string_view) { return SkipValue(depth - 1); });
    case '[':
      return depth > 0 && ScanArray([&] { return SkipValue(depth - 1); });
    case 't':
    case 'f':
    case 'n':
      return ScanWord(word);
    default:
      return ScanNumber(word);
  }
}

}  // namespace flowlake
