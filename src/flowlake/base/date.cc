#include "flowlake/base/date.h"

#include <chrono>
#include <cstdio>

namespace flowlake {

namespace {

namespace chrono = std::chrono;

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

chrono::year_month_day Civil(Date date) {
  return chrono::year_month_day(chrono::sys_days(chrono::days(date)));
}

std::string Clock(int64_t micros, const char* format) {
  const auto ymd = Civil(DateOfMicros(micros));
  const int64_t second =
      (micros - DateOfMicros(micros) * kMicrosPerDay) / kMicrosPerSecond;
  char text[48];
  std::snprintf(text, sizeof text, format, static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60),
                static_cast<int>(second % 60));
  return text;
}

}  // namespace

Date DateOfMicros(int64_t micros) {
  const int64_t days = micros / kMicrosPerDay;
  return static_cast<Date>(micros % kMicrosPerDay < 0 ? days - 1 : days);
}

std::string FormatDate(Date date) {
  const auto ymd = Civil(date);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text;
}

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text.substr(0, 4));
  const auto month = Digits(text.substr(5, 2));
  const auto day = Digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return MakeDate(*year, *month, *day);
}

std::optional<Date> MakeDate(int year, int month, int day) {
  const chrono::year_month_day ymd{chrono::year(year),
                                   chrono::month(static_cast<unsigned>(month)),
                                   chrono::day(static_cast<unsigned>(day))};
  if (!ymd.ok()) return std::nullopt;
  return static_cast<Date>(chrono::sys_days(ymd).time_since_epoch().count());
}

std::string FormatTimestamp(int64_t micros) {
  std::string text = Clock(micros, "%04d-%02u-%02u %02d:%02d:%02d");
  const int64_t fraction =
      ((micros % kMicrosPerSecond) + kMicrosPerSecond) % kMicrosPerSecond;
  if (fraction == 0) return text;
  char tail[16];
  std::snprintf(tail, sizeof tail, ".%06d", static_cast<int>(fraction));
  return text + tail;
}

std::string FormatIso8601(int64_t micros) {
  return Clock(micros, "%04d-%02u-%02uT%02d:%02d:%02dZ");
}

int64_t NowMicros() {
  return chrono::duration_cast<chrono::microseconds>(
             chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace flowlake
