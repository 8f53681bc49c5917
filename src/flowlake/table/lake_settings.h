/// The lake's `flowlake.toml`: whoever may write the lake may write it. What each module
/// makes of its sections stands there (ingest/settings.h, compact/maintain_settings.h,
/// server/serve_options.h).
#pragma once

#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"
#include "flowlake/store/store.h"

namespace flowlake {

inline constexpr std::string_view kSettingsPath = "flowlake.toml";

/// Empty if there is no such file.
Result<std::string> ReadSettingsText(Store& store);

/// Says nothing if there is no such file. Invalid if it has a key that a lake's file may
/// not have.
Result<ConfigFile> ReadLakeConfig(Store& store);

}  // namespace flowlake
