/// Commands that a message advises: whoever reads one pastes it into a shell.
#pragma once

#include <string>
#include <string_view>

namespace flowlake {

/// A path or URI as one word of a shell's command line, whatever its name is: as it is if
/// it is plain, else in single quotes; with bytes as $'\\x1b' (bash, zsh, ksh) if it has
/// characters that a terminal does not show. It never reads as an option.
std::string ShellPath(std::string_view path);

}  // namespace flowlake
