#include "flowlake/format/instant.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "flowlake/base/date.h"
#include "flowlake/base/iso_time.h"

namespace flowlake {

namespace {

/// Seconds since 1970, perhaps with a fraction, or milliseconds.
Misfit ParseEpoch(std::string_view text, int64_t& micros) {
  const size_t point = std::min(text.find('.'), text.size());
  int64_t value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + point, value);
  if (error == std::errc::result_out_of_range) return RejectReason::kOutOfRange;
  if (error != std::errc() || at != text.data() + point) return RejectReason::kNotANumber;
  if (value < 0) return RejectReason::kOutOfRange;
  const bool is_seconds = value < kFirstMilliseconds;
  if (!is_seconds && value > kFirstMilliseconds * 1000) return RejectReason::kTimeTooLate;
  micros = value * (is_seconds ? kMicrosPerSecond : 1000);
  int64_t unit = is_seconds ? kMicrosPerSecond : 1000;
  for (size_t i = point + 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return RejectReason::kNotANumber;
    unit /= 10;
    micros += unit * (text[i] - '0');
  }
  return std::nullopt;
}

/// "02/Oct/2026:06:14:13 +0000", as web servers write it.
std::optional<int64_t> ParseServerTime(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') {
    return std::nullopt;
  }
  const size_t month = kMonths.find(text.substr(3, 3));
  if (month == kMonths.npos || month % 3 != 0) return std::nullopt;
  std::string iso(text.substr(7, 4));
  iso += month / 3 < 9 ? "-0" : "-";
  iso += std::to_string(month / 3 + 1);
  iso.append("-").append(text.substr(0, 2)).append("T").append(text.substr(12, 8));
  std::string_view zone = text.substr(20);
  if (zone.starts_with(' ')) zone.remove_prefix(1);
  return ParseIsoTime(iso.append(zone));
}

/// Of digits and points, and so no date.
bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789.") == text.npos;
}

}  // namespace

Misfit ParseInstant(std::string_view text, int64_t& micros) {
  // The form that nearly all have is seen by one byte.
  const bool is_iso = text.size() > 4 && text[4] == '-';
  if (!is_iso && IsNumber(text)) return ParseEpoch(text, micros);
  const bool is_server_time = !is_iso && text.size() > 2 && text[2] == '/';
  const auto parsed = is_server_time ? ParseServerTime(text) : ParseIsoTime(text);
  if (!parsed) return RejectReason::kNotANumber;
  micros = *parsed;
  return std::nullopt;
}

}  // namespace flowlake
