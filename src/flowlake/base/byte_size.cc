#include "flowlake/base/byte_size.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace flowlake {

namespace {

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr std::array kUnits = {
    Unit{"", 1},         Unit{"b", 1},        Unit{"kb", 1e3},     Unit{"mb", 1e6},
    Unit{"gb", 1e9},     Unit{"tb", 1e12},    Unit{"k", 1e3},      Unit{"m", 1e6},
    Unit{"g", 1e9},      Unit{"t", 1e12},     Unit{"kib", 0x1p10}, Unit{"mib", 0x1p20},
    Unit{"gib", 0x1p30}, Unit{"tib", 0x1p40},
};

std::string LowerWithoutSpaces(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ')
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

}  // namespace

Result<int64_t> ParseByteSize(std::string_view text) {
  const std::string plain = LowerWithoutSpaces(text);
  double number = 0;
  const char* end = plain.data() + plain.size();
  auto [unit_at, error] = std::from_chars(plain.data(), end, number);
  const std::string_view unit_name(unit_at, static_cast<size_t>(end - unit_at));
  if (error == std::errc()) {
    for (const Unit& unit : kUnits) {
      const double bytes = number * unit.bytes;
      if (unit.name == unit_name && bytes >= 0 && bytes < 0x1p62) {
        return static_cast<int64_t>(bytes);
      }
    }
  }
  return Status::Invalid(
      "a size is a number with an optional unit, such as 512MiB or 1GB, not '", text,
      "'");
}

std::string FormatByteSize(int64_t bytes) {
  static constexpr std::array kNames = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  // 999.5 would print as 1000: it belongs to the next unit.
  for (; std::abs(value) >= 999.5 && unit + 1 < kNames.size(); ++unit) value /= 1000;
  const int decimals = unit == 0 || std::abs(value) >= 99.95 ? 0
                       : std::abs(value) >= 9.995            ? 1
                                                             : 2;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %s", decimals, value, kNames[unit]);
  return text;
}

std::string FormatCount(int64_t count) {
  std::string digits = std::to_string(count);
  const size_t first = digits[0] == '-' ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Plural(int64_t count, std::string_view noun) {
  return FormatCount(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace flowlake
