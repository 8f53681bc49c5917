#include "flowlake/base/iso_time.h"

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

/// Of the digits that `text` begins with, as if behind a point: digits beyond
/// microseconds are cut. Takes all of them off.
int64_t TakeFraction(std::string_view& text) {
  int64_t micros = 0;
  int64_t unit = kMicrosPerSecond;
  size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    unit /= 10;
    micros += (text[at] - '0') * unit;
  }
  text.remove_prefix(at);
  return micros;
}

/// Two digits at a time, with one look at the end at whether all were digits.
class DigitPairs {
 public:
  int At(const char* at) {
    const auto tens = static_cast<unsigned>(at[0] - '0');
    const auto ones = static_cast<unsigned>(at[1] - '0');
    is_valid_ &= tens <= 9 && ones <= 9;
    return static_cast<int>(tens * 10 + ones);
  }
  bool is_valid() const { return is_valid_; }

 private:
  bool is_valid_ = true;
};

/// "13:05:09", perhaps with a fraction, in microseconds. Takes it off `text`.
std::optional<int64_t> TakeTimeOfDay(std::string_view& text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  DigitPairs pairs;
  const int hours = pairs.At(text.data());
  const int minutes = pairs.At(text.data() + 3);
  const int seconds = pairs.At(text.data() + 6);
  if (!pairs.is_valid() || hours > 23 || minutes > 59 || seconds > 60) {
    return std::nullopt;
  }
  text.remove_prefix(8);
  int64_t micros = ((hours * 60 + minutes) * 60 + seconds) * kMicrosPerSecond;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    micros += TakeFraction(text);
  }
  return micros;
}

}  // namespace

std::optional<int64_t> ParseTimeOfDay(std::string_view text) {
  const auto micros = TakeTimeOfDay(text);
  return text.empty() ? micros : std::nullopt;
}

std::optional<int64_t> ParseIsoTime(std::string_view text) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto date = ParseDate(text.substr(0, 10));
  std::string_view rest = text.substr(11);
  const auto time = TakeTimeOfDay(rest);
  if (!date || !time) return std::nullopt;
  const auto zone = ParseZone(rest);
  if (!zone) return std::nullopt;
  return *date * kMicrosPerDay + *time - *zone * 60 * kMicrosPerSecond;
}

}  // namespace flowlake
