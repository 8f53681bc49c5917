/// Text that would exhaust the stack of whoever parses it as TOML.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace flowlake {

/// "a.b.c" has two.
inline constexpr size_t kMostTomlDots = 32;

/// The first line, from 1, with more than kMostTomlDots dots outside of strings and
/// comments: a key of 100,000 parts is as many tables, one in the other, and toml++ frees
/// them recursively. (It bounds nested arrays and inline tables itself, by 256.)
std::optional<size_t> FindTooDeepToml(std::string_view text);

}  // namespace flowlake
