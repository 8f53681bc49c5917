#include "flowlake/base/iso_time.h"

#include <algorithm>

#include "flowlake/base/date.h"

namespace flowlake {

namespace {

std::optional<int> Digits(std::string_view text, size_t begin, size_t count) {
  int value = 0;
  if (begin + count > text.size()) return std::nullopt;
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// The offset from UTC in minutes: "Z", "+05:30", "-0700".
std::optional<int> ParseZone(std::string_view zone) {
  if (zone == "Z" || zone.empty()) return 0;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  const bool colon = zone.size() == 6 && zone[3] == ':';
  if (!colon && zone.size() != 5) return std::nullopt;
  const auto hours = Digits(zone, 1, 2);
  const auto minutes = Digits(zone, colon ? 4 : 3, 2);
  if (!hours || !minutes) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return zone[0] == '-' ? -offset : offset;
}

/// Microseconds; digits beyond them are cut.
int64_t ParseFraction(std::string_view digits) {
  int64_t micros = 0;
  for (size_t i = 0; i < 6; ++i) {
    micros = micros * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return micros;
}

}  // namespace

std::optional<int64_t> ParseIsoTime(std::string_view text) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto date = ParseDate(text.substr(0, 10));
  const auto hours = Digits(text, 11, 2);
  const auto minutes = Digits(text, 14, 2);
  const auto seconds = Digits(text, 17, 2);
  if (!date || !hours || !minutes || !seconds) return std::nullopt;
  if (*hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  std::string_view rest = text.substr(19);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    const size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    fraction = rest.substr(1, end - 1);
    rest = rest.substr(end);
  }
  const auto zone = ParseZone(rest);
  if (!zone) return std::nullopt;
  const int64_t second = *hours * 3600 + (*minutes - *zone) * 60 + *seconds;
  return *date * kMicrosPerDay + second * kMicrosPerSecond + ParseFraction(fraction);
}

}  // namespace flowlake
