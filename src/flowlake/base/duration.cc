#include "flowlake/base/duration.h"

#include <charconv>

namespace flowlake {

namespace {

constexpr int64_t kSecond = 1000;

int64_t UnitOf(std::string_view name) {
  if (name == "s") return kSecond;
  if (name == "m" || name == "min") return 60 * kSecond;
  if (name == "h") return 3600 * kSecond;
  return name == "d" ? 86'400 * kSecond : 0;
}

}  // namespace

Result<int64_t> ParseDuration(std::string_view text) {
  constexpr int64_t kMost = 1'000'000;
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  const int64_t unit = UnitOf(std::string_view(at, static_cast<size_t>(end - at)));
  if (error != std::errc() || unit == 0 || number <= 0 || number > kMost) {
    return Status::Invalid("'", text, "' is no time such as 10s, 15m, 2h or 7d");
  }
  return number * unit;
}

}  // namespace flowlake
