/// Instants as other programs write them, after ISO 8601.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace flowlake {

/// Microseconds since the epoch of "2026-09-21T13:05:09", or with a blank instead of the
/// "T", behind it perhaps a fraction (digits beyond microseconds are cut) and "Z" or an
/// offset ("+05:30", "-0700"). Without an offset it is UTC. nullopt if it is none.
/// A leap second is the second behind it.
std::optional<int64_t> ParseIsoTime(std::string_view text);

/// Microseconds since midnight of "13:05:09", perhaps with a fraction. nullopt if it is
/// none.
std::optional<int64_t> ParseTimeOfDay(std::string_view text);

}  // namespace flowlake
