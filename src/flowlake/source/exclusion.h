/// Which names below a folder, on disk or in a bucket, are no logs.
#pragma once

#include <array>
#include <string_view>

namespace flowlake {

/// Hidden names are somebody's work in progress; "_"-folders are bookkeeping (a lake's
/// `_delta_log`, Spark's `_temporary`).
inline bool IsExcludedName(std::string_view name, bool is_folder) {
  return name.starts_with('.') || (is_folder && name.starts_with('_'));
}

/// A folder with one of these is a lake, or a table of one: below the logs (./lake is the
/// default) it is no input of itself.
inline constexpr std::array<std::string_view, 2> kLakeMarkers = {"flowlake.toml",
                                                                 "_delta_log"};

}  // namespace flowlake
