/// Dates and times, always UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flowlake {

/// Days since 1970-01-01.
using Date = int32_t;

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// The day of an instant in microseconds since the epoch; earlier instants round down.
Date DateOfMicros(int64_t micros);

/// "2026-09-21".
std::string FormatDate(Date date);
/// Exactly `YYYY-MM-DD` of an existing day; anything else is nullopt.
std::optional<Date> ParseDate(std::string_view text);
/// The date of year, month 1-12, day 1-31 if there is such a day.
std::optional<Date> MakeDate(int year, int month, int day);

/// "2026-09-21 13:05:09", and ".123456" behind it if `micros` has a fraction of a second.
std::string FormatTimestamp(int64_t micros);
/// "2026-09-21T13:05:09Z".
std::string FormatIso8601(int64_t micros);

/// Microseconds since the epoch, by the system's clock.
int64_t NowMicros();

}  // namespace flowlake
