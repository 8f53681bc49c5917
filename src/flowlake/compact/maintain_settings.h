/// What `flowlake maintain` does by itself, from the lake's flowlake.toml, or this
/// host's:
///
///   [maintain]
///   expire = "400d"        # days older than this leave the lake; without it, none do
///   vacuum = "7d"          # files that no version needs stay so long
///   manifests = true       # for engines without Delta; false without it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"
#include "flowlake/table/lake.h"

namespace flowlake {

struct MaintainSettings {
  std::optional<int64_t> expire_ms;
  int64_t vacuum_ms = 0;  ///< 0: as each table's property says
  bool manifests = false;
};

/// What the file says replaces what is in `settings`. Invalid names file, line and what
/// is wrong with it.
Status ApplyMaintainSettings(const ConfigFile& config, MaintainSettings& settings);
/// Of the lake's file, then of the host's (config/host_config.h), which wins. Without
/// either, default settings.
Result<MaintainSettings> ReadMaintainSettings(const Lake& lake);

/// Milliseconds of "36h", "7d", "2w"; Invalid says what would be right.
Result<int64_t> ParseAge(std::string_view text);

}  // namespace flowlake
