/// Bounds of texts that are too long to be kept whole: cut, and never narrower than the
/// values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace flowlake {

/// Delta's custom: readers know that a text of so many code points may be a bound only.
inline constexpr size_t kMaxBoundCodePoints = 32;

size_t CountCodePoints(std::string_view text);

/// At most kMaxBoundCodePoints code points, at or below `text`; nullopt if that is not
/// UTF-8.
std::optional<std::string> LowerTextBound(std::string_view text);
/// Likewise at or above `text`; nullopt also where there is no such text.
std::optional<std::string> UpperTextBound(std::string_view text);

}  // namespace flowlake
