/// The lake's `flowlake.toml`, as text: each module reads its own sections of it.
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/store/store.h"

namespace flowlake {

inline constexpr std::string_view kSettingsPath = "flowlake.toml";

/// Empty if there is no such file.
Result<std::string> ReadSettingsText(Store& store);

}  // namespace flowlake
