/// The configuration of this host: the one file that may name paths, addresses, keys and
/// accounts. It is the first of
///   1. the file of --config (the command line puts its name into $FLOWLAKE_CONFIG),
///   2. the file of $FLOWLAKE_CONFIG,
///   3. flowlake/flowlake.toml below $XDG_CONFIG_HOME, or without it below ~/.config.
/// A file in the current folder is none of these.
#pragma once

#include <string>

#include "flowlake/base/status.h"
#include "flowlake/config/config_file.h"

namespace flowlake {

inline constexpr char kConfigVariable[] = "FLOWLAKE_CONFIG";

/// $XDG_CONFIG_HOME/flowlake, without that variable ~/.config/flowlake; empty if neither
/// is known. A relative path there counts for nothing (XDG Base Directory Specification):
/// it would be a folder of the current one.
std::string HostConfigFolder();

/// Where the host's file is, if it is there; empty if no place is known.
std::string HostConfigPath();

/// The host's file; an empty one if none is named and there is none. Invalid if one is
/// named that is not there, or is not a file.
Result<ConfigFile> ReadHostConfig();

/// If no file is named (1, 2), a ./flowlake.toml is held against the table of keys, and
/// used for nothing. Invalid if it has a key that only the host's file may have: somebody
/// meant it to count, and requests without it might go elsewhere, or as somebody else.
Status CheckFolderConfig();

}  // namespace flowlake
